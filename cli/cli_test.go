package cli_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/serverless-star/starjob/cli"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"star": func() {
			os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
		},
	})
}

// TestScript runs the command in a real process. A script finds a folder job with
// the built program of testdata/job, and testdata/template.yaml unless it brings
// its own template.yaml; SOURCE is the folder of the program's source, and STAR the
// folder of the command. The conditions node and python3 hold if this machine has
// one that is not too old.
func TestScript(t *testing.T) {
	source, err := filepath.Abs("testdata/job")
	if err != nil {
		t.Fatal(err)
	}
	job := buildJob(t)
	variables, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE", "GOPATH").Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(strings.TrimSpace(string(variables)), "\n")
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"until": until},
		Condition:     hasInterpreter,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOFLAGS", os.Getenv("GOFLAGS"))
			e.Setenv("SOURCE", source)
			e.Setenv("STAR", filepath.SplitList(e.Getenv("PATH"))[0])
			e.Setenv("GOCACHE", values[0])
			e.Setenv("GOMODCACHE", values[1])
			e.Setenv("GOPATH", values[2])
			e.Setenv("HOME", filepath.Join(e.WorkDir, ".home"))
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".home", "cache"))
			e.Setenv("TMPDIR", filepath.Join(e.WorkDir, ".tmp"))
			return prepare(e.WorkDir, job)
		},
	})
}

// buildJob builds the program of testdata/job and returns its folder.
func buildJob(t *testing.T) string {
	t.Helper()
	job := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(job, "bootstrap"), "./testdata/job").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return job
}

// versionChecks are the interpreters that functions run in, each with a program that
// fails if it is too old.
var versionChecks = map[string][]string{
	"node":    {"-e", "process.exitCode = +(parseInt(process.versions.node) < 18)"},
	"python3": {"-c", "import sys; sys.exit(sys.version_info < (3, 9))"},
}

func hasInterpreter(name string) (bool, error) {
	program, ok := versionChecks[name]
	if !ok {
		return false, fmt.Errorf("unknown condition %s", name)
	}
	return exec.Command(name, program...).Run() == nil, nil
}

// maxTries ends the wait for a condition that never holds, after half a minute or
// more.
const maxTries = 1500

// until runs a command again and again until what it prints matches.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until REGEXP COMMAND…")
	}
	wanted := regexp.MustCompile("(?m)" + args[0])
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for tries := 0; ; tries++ {
		if tries == maxTries {
			ts.Fatalf("%s never printed %s:\n%s%s", args[1], args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
		}
		<-ticker.C
		err := ts.Exec(args[1], args[2:]...)
		if wanted.MatchString(ts.ReadFile("stdout") + ts.ReadFile("stderr")) {
			return
		}
		ts.Logf("not yet: %v", err)
	}
}

// prepare writes the files that every run needs into a folder.
func prepare(dir, job string) error {
	if err := os.Symlink(job, filepath.Join(dir, "job")); err != nil {
		return err
	}
	path := filepath.Join(dir, "template.yaml")
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	template, err := os.ReadFile("testdata/template.yaml")
	if err != nil {
		return err
	}
	return os.WriteFile(path, template, 0o600)
}
