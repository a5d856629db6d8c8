package layer_test

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
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
		"nodejs/node_modules/starjob/index.d.ts", "nodejs/node_modules/starjob/host.js",
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

// TestLayerHasAllSources compares the embedded files with the sources, which
// scripts/layer packs.
func TestLayerHasAllSources(t *testing.T) {
	t.Parallel()
	embedded, sources := files(t, layer.FS()), map[string]bool{}
	for _, folder := range []string{"starjob", "nodejs", "python"} {
		for name := range files(t, os.DirFS(folder)) {
			if !strings.Contains(name, "__pycache__/") {
				sources[path.Join(folder, name)] = true
			}
		}
	}
	if !maps.Equal(embedded, sources) {
		t.Errorf("the layer has\n%v\nand its sources are\n%v", slices.Sorted(maps.Keys(embedded)), slices.Sorted(maps.Keys(sources)))
	}
}

// files returns the names of all files.
func files(t *testing.T, in fs.FS) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := fs.WalkDir(in, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all[name] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
