package tests

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// programs are the product's binaries, built once for all tests.
var programs struct {
	once sync.Once
	dir  string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if programs.dir != "" {
		os.RemoveAll(programs.dir)
	}
	os.Exit(code)
}

// program returns the path of a built binary: star or macro.
func program(t *testing.T, name string) string {
	t.Helper()
	programs.once.Do(func() {
		if programs.dir, programs.err = os.MkdirTemp("", "starjob-test-"); programs.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", programs.dir+string(filepath.Separator), "../cli/star", "../macro")
		if out, err := build.CombinedOutput(); err != nil {
			programs.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if programs.err != nil {
		t.Fatal(programs.err)
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(programs.dir, name)
}

// outcome is the exit code of a command with all its output.
type outcome struct {
	code           int
	stdout, stderr string
}

// star runs the built command to its end.
func star(t *testing.T, args ...string) outcome {
	t.Helper()
	return startStar(t, args...).wait()
}

// command is the built command star, running.
type command struct {
	t              *testing.T
	process        *exec.Cmd
	stdout, stderr output
}

// output is a buffer that may be read while it is written.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// startStar starts the built command, which is killed at the end of the test.
func startStar(t *testing.T, args ...string) *command {
	t.Helper()
	c := &command{t: t, process: exec.Command(program(t, "star"), args...)}
	c.process.Stdout, c.process.Stderr = &c.stdout, &c.stderr
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.process.Process.Kill() })
	return c
}

func (c *command) wait() outcome {
	c.t.Helper()
	if err := c.process.Wait(); err != nil && c.process.ProcessState == nil {
		c.t.Fatal(err)
	}
	return outcome{c.process.ProcessState.ExitCode(), c.stdout.String(), c.stderr.String()}
}

// needs skips a test if an interpreter is not installed. The other tests need only
// Go.
func needs(t *testing.T, interpreter string) {
	t.Helper()
	if _, err := exec.LookPath(interpreter); err != nil {
		t.Skip(err)
	}
}

// writeFile writes a file, and the folders that it is in.
func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
