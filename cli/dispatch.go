package cli

import (
	"os"

	"github.com/serverless-star/starjob/cli/local"
	"github.com/serverless-star/starjob/runtime/layer"
)

const (
	// dispatchCommand makes star the dispatcher of a function in another language
	// than Go: star dispatch ROOT INTERPRETER. It is for star run alone.
	dispatchCommand = "dispatch"
	// execWrapper is where Lambda unpacks the layer's wrapper, which starts the
	// dispatcher there.
	execWrapper = "/opt/starjob/wrapper"
)

// wrappers stand in for what layers bring.
var wrappers = map[string]local.Wrapper{execWrapper: dispatcher}

// dispatcher writes StarJob's layer into a folder and returns the command that
// works with it.
func dispatcher(dir string) ([]string, error) {
	if err := layer.Write(dir); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	return []string{self, dispatchCommand, dir}, err
}
