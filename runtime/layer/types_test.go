//go:build unix

package layer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestTypeScriptTypes needs tsc in the path, and the folder of Node's types in
// NODE_TYPES.
func TestTypeScriptTypes(t *testing.T) {
	t.Parallel()
	types := os.Getenv("NODE_TYPES")
	if _, err := exec.LookPath("tsc"); err != nil || types == "" {
		t.Skip("tsc is not in the path, or NODE_TYPES is not set")
	}
	opt, err := layerDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	sample := filepath.Join(dir, "sample.mts")
	link(t, "testdata/types/sample.ts", sample)
	link(t, filepath.Join(opt, "nodejs/node_modules"), filepath.Join(dir, "node_modules"))
	check(t, exec.Command("tsc", "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022",
		"--typeRoots", types, "--types", "node", sample))
}

// TestPythonTypes needs mypy in the path.
func TestPythonTypes(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("mypy"); err != nil {
		t.Skip("mypy is not in the path")
	}
	opt, err := layerDir()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("mypy", "--strict", "--cache-dir", t.TempDir(),
		"testdata/types/sample.py", filepath.Join(opt, "python/starjob"))
	cmd.Env = append(os.Environ(), "MYPYPATH="+filepath.Join(opt, "python"))
	check(t, cmd)
}

func link(t *testing.T, from, to string) {
	t.Helper()
	from, err := filepath.Abs(from)
	if err == nil {
		err = os.Symlink(from, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
