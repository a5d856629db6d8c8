//go:build unix

package dispatch

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/serverless-star/starjob/runtime/internal/functest"
)

// TestMain lets the test binary be the dispatcher, and under the name of an
// interpreter the host, which begins in the way that the handler's name says.
func TestMain(m *testing.M) {
	switch {
	case filepath.Base(os.Args[0]) == "node":
		functest.FakeHost(os.Args[len(os.Args)-1], nil)
	case len(os.Args) > 1 && os.Args[1] == functest.Host:
		functest.FakeHost(os.Args[2], nil)
	case os.Getenv(asDispatcher) != "":
		os.Exit(Run(os.Args[1:]))
	default:
		os.Exit(m.Run())
	}
}

const asDispatcher = "DISPATCHTEST_DISPATCHER"

// startFunction starts the dispatcher as Lambda starts it.
func startFunction(t *testing.T, env map[string]string) *functest.Lambda {
	t.Helper()
	root := t.TempDir()
	node := filepath.Join(root, "node")
	if err := os.Symlink(executable(t), node); err != nil {
		t.Fatal(err)
	}
	return startDispatcher(t, env, root, node, "--expose-gc", "--max-http-header-size", "81920", "/var/runtime/index.mjs")
}

func startDispatcher(t *testing.T, env map[string]string, args ...string) *functest.Lambda {
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
