// Package layer has the files of StarJob's Lambda layer: the wrapper that Lambda starts
// instead of a managed runtime, and the hosts of handlers in JavaScript and Python. The
// dispatcher's binaries, which belong next to the wrapper, are not included, because
// they are built for each architecture.
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

// wrapper must be executable, but embed does not keep file modes.
const wrapper = "starjob/wrapper"

// FS returns the layer's files, as Lambda unpacks them at /opt, without the dispatcher.
// The file modes are not set: starjob/wrapper must be made executable.
func FS() fs.FS { return content }

// Write writes the layer's files to a folder, which it creates if necessary. It does not
// overwrite files: the error names the first file that exists or could not be written.
func Write(dir string) error {
	if err := os.CopyFS(dir, content); err != nil {
		return err
	}
	return os.Chmod(filepath.Join(dir, filepath.FromSlash(wrapper)), 0o755)
}
