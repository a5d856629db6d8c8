package cli

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDispatcher(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	command, err := dispatcher(dir)
	if err != nil || len(command) != 3 || !filepath.IsAbs(command[0]) || command[1] != dispatchCommand || command[2] != dir {
		t.Fatalf("%q, %v", command, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "nodejs", "node_modules", "starjob", "package.json")); err != nil {
		t.Error(err)
	}
	if _, err := dispatcher(filepath.Join(command[0], "none")); err == nil {
		t.Error("a layer was written to a file")
	}
}
