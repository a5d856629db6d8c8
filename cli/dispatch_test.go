package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/serverless-star/starjob/runtime/wire"
)

// TestNamesAreThoseOfTheRuntime: the command says again what it may not import.
func TestNamesAreThoseOfTheRuntime(t *testing.T) {
	t.Parallel()
	for here, there := range map[string]string{
		execWrapper: wire.ExecWrapper, errorAttribute: wire.AttributeError, typeAttribute: wire.AttributeErrorType,
	} {
		if here != there {
			t.Errorf("%s is %s", here, there)
		}
	}
}

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
		t.Error("a layer was written into a file")
	}
}
