package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestAClosedTerminalEndsARun: nothing may stay behind when a window is closed.
func TestAClosedTerminalEndsARun(t *testing.T) {
	t.Parallel()
	c := newTrial(t, buildJob(t), "--json", "--data", `{"Hang": true}`, "--parameter-overrides", "Seconds=60")
	from := c.starts()
	c.until(from, "hanging")
	if err := c.command.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	c.until(from, `"ended"`)
	c.ended(130, `"note","text":"interrupted; gone with the queues: \d items? not done"`)
}

// TestAClosedPipeEndsARun: as that of head, when it has seen enough.
func TestAClosedPipeEndsARun(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"json": {"--json"}, "lines": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTrial(t, buildJob(t), append(args, "--data", `{"Print": 8}`)...)
			from := c.pipes()
			c.until(from, "127.0.0.1")
			from.Close()
			c.ended(130)
		})
	}
}

// TestAKilledRun: its processes end with it, and the next run removes its files.
func TestAKilledRun(t *testing.T) {
	t.Parallel()
	c := newTrial(t, buildJob(t), "--json", "--data", `{"Hang": true}`, "--env", "STUBBORN=1", "--parameter-overrides", "Seconds=60")
	from := c.starts()
	c.until(from, "hanging")
	if err := c.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.command.Wait()
	for len(c.processes()) > 0 { // the kernel ends them, in its time
		runtime.Gosched()
	}
	locks, _ := filepath.Glob(filepath.Join(c.dir, "tmp", "*", "running"))
	if len(locks) != 1 {
		t.Fatalf("%v", locks)
	}
	if err := os.Chtimes(locks[0], time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	next := newTrial(t, buildJob(t))
	next.dir, next.command.Env = c.dir, c.command.Env
	next.ends(0)
}

// TestAReaderThatDoesNotReadCannotHoldUpTheEnd: it takes a second interrupt.
func TestAReaderThatDoesNotReadCannotHoldUpTheEnd(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"json": {"--json"}, "lines": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTrial(t, buildJob(t), append(args, "--data", `{"Print": 8}`)...)
			from := c.pipes()
			defer from.Close()
			c.until(from, "xxxxxxxx")                                              // of what fills the pipe
			for _, interrupt := range []os.Signal{os.Interrupt, syscall.SIGTERM} { // two of a kind may come as one
				if err := c.command.Process.Signal(interrupt); err != nil {
					t.Fatal(err)
				}
			}
			c.ended(130)
		})
	}
}

// slowGo is a go command that takes its time, and leaves a file and a process
// behind when it is killed.
const slowGo = `#!/bin/sh
trap '' INT
mktemp "${GOTMPDIR:-$TMPDIR}/XXXXXX"
echo > "$TMPDIR/../began"
sleep 600
`

func TestAnInterruptedBuild(t *testing.T) {
	t.Parallel()
	c := newTrial(t, "src")
	bin, began := filepath.Join(c.dir, "bin"), filepath.Join(c.dir, "began")
	if err := errors.Join(
		os.Mkdir(filepath.Join(c.dir, "src"), 0o700),
		os.WriteFile(filepath.Join(c.dir, "src", "main.go"), nil, 0o600),
		os.Mkdir(bin, 0o700),
		os.WriteFile(filepath.Join(bin, "go"), []byte(slowGo), 0o700),
		syscall.Mkfifo(began, 0o600),
	); err != nil {
		t.Fatal(err)
	}
	c.command.Env = append(c.command.Env, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	if err := c.command.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(began); err != nil { // which waits
		t.Fatal(err)
	}
	if err := c.command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	c.ended(130)
	if got := c.stderr.String(); strings.Contains(got, "star:") {
		t.Errorf("an interrupt is no error: %s", got)
	}
}
