package cli

import (
	"os"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/runtime/layer"
	"github.com/serverless-star/starjob/runtime/wire"
)

// dispatchCommand makes star the dispatcher of a function whose handlers are not
// written in Go: star dispatch ROOT INTERPRETER. Only star run uses it.
const dispatchCommand = "dispatch"

// wrappers replace the programs that layers contain.
var wrappers = map[string]local.Wrapper{wire.ExecWrapper: dispatcher}

// dispatcher writes StarJob's layer into a folder and returns the command that
// works with it.
func dispatcher(dir string) ([]string, error) {
	if err := layer.Write(dir); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	return []string{self, dispatchCommand, dir}, err
}
