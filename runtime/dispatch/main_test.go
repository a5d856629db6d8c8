//go:build unix

package dispatch

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/serverless-star/starjob/runtime/internal/hosttest"
	"github.com/serverless-star/starjob/tests/functest"
)

// TestMain makes the test binary the dispatcher if asDispatcher is set. Under the name
// of an interpreter it is the fake host, which starts in the way that the handler's
// name says.
func TestMain(m *testing.M) {
	switch {
	case filepath.Base(os.Args[0]) == "node":
		hosttest.Main(os.Args[len(os.Args)-1], nil)
	case len(os.Args) > 1 && os.Args[1] == hosttest.Argument:
		hosttest.Main(os.Args[2], nil)
	case os.Getenv(asDispatcher) != "":
		os.Exit(Run(os.Args[1:]))
	default:
		os.Exit(m.Run())
	}
}

const asDispatcher = "DISPATCHTEST_DISPATCHER"

// startFunction starts the dispatcher as Lambda starts it.
func startFunction(t *testing.T, env map[string]string) *functest.Function {
	t.Helper()
	root := t.TempDir()
	node := filepath.Join(root, "node")
	if err := os.Symlink(executable(t), node); err != nil {
		t.Fatal(err)
	}
	return startDispatcher(t, env, root, node, "--expose-gc", "--max-http-header-size", "81920", "/var/runtime/index.mjs")
}

func startDispatcher(t *testing.T, env map[string]string, args ...string) *functest.Function {
	t.Helper()
	env[asDispatcher] = "1"
	return functest.Start(t, env, append([]string{executable(t)}, args...)...)
}

func executable(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
