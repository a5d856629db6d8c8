package cli_test

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/serverless-star/starjob/cli"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"star": func() {
			os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
		},
	})
}

// TestScript runs the command in a real process. JOB is a folder with the built
// program of testdata/job, and SOURCE its source.
func TestScript(t *testing.T) {
	source, err := filepath.Abs("testdata/job")
	if err != nil {
		t.Fatal(err)
	}
	job := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(job, "bootstrap"), "./testdata/job").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	variables, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE", "GOPATH").Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(strings.TrimSpace(string(variables)), "\n")
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("JOB", job)
			e.Setenv("SOURCE", source)
			e.Setenv("GOCACHE", values[0])
			e.Setenv("GOMODCACHE", values[1])
			e.Setenv("GOPATH", values[2])
			e.Setenv("TMPDIR", filepath.Join(e.WorkDir, ".tmp"))
			return nil
		},
	})
}
