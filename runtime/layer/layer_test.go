package layer_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/serverless-star/starjob/runtime/layer"
)

func TestWriteMakesTheWholeLayer(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "opt")
	if err := layer.Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"starjob/wrapper",
		"nodejs/node_modules/starjob/package.json", "nodejs/node_modules/starjob/index.js",
		"nodejs/node_modules/starjob/index.d.ts", "nodejs/node_modules/starjob/host.mjs",
		"python/starjob/__init__.py", "python/starjob/host.py", "python/starjob/py.typed",
	} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "starjob/wrapper")); err == nil && info.Mode().Perm() != 0o755 {
		t.Errorf("the wrapper has mode %v", info.Mode())
	}
	if err := layer.Write(dir); err == nil {
		t.Error("an existing layer was overwritten")
	}
}

// TestContentIsTheSourcesAlone finds what only a run leaves behind.
func TestContentIsTheSourcesAlone(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(layer.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && (d.Name() == "__pycache__" || filepath.Ext(p) == ".pyc") {
			t.Errorf("the layer has %s", p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
