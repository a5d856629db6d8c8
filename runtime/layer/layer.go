// Package layer holds StarJob's Lambda layer: the wrapper that Lambda starts in
// place of a managed runtime, and the hosts of handlers in JavaScript and
// Python. The dispatcher's binaries, which belong beside the wrapper, are built
// for each architecture and are not in here.
// https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
package layer

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed starjob nodejs python/starjob/*.py python/starjob/py.typed
var content embed.FS

// wrapper must be executable, and embed forgets modes.
const wrapper = "starjob/wrapper"

// FS is the layer's content as it is unpacked at /opt, without the dispatcher.
// Its files have no modes worth keeping: "starjob/wrapper" must be executable.
func FS() fs.FS { return content }

// Write puts the layer's content into a folder, which is made if it is not
// there. An error says which file could not be written; one that exists is one
// of these.
func Write(dir string) error {
	if err := os.CopyFS(dir, content); err != nil {
		return err
	}
	return os.Chmod(filepath.Join(dir, filepath.FromSlash(wrapper)), 0o755)
}
