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

type output struct {
	starts func(*trial) *os.File
	args   []string
}

// printing starts a run that prints more than is read of it.
func (o output) printing(t *testing.T) (*trial, *os.File) {
	t.Helper()
	c := newTrial(t, buildJob(t), append(o.args, "--data", `{"Print": 8}`)...)
	from := o.starts(c)
	c.until(from, "xxxxxxxx")
	return c, from
}

// outputs are where a run may write that somebody reads.
var outputs = map[string]output{
	"json":     {(*trial).pipes, []string{"--json"}},
	"lines":    {(*trial).pipes, nil},
	"terminal": {(*trial).terminal, nil},
}

// TestAClosedOutputEndsARun: as that of head, when it has seen enough, or a window.
func TestAClosedOutputEndsARun(t *testing.T) {
	t.Parallel()
	for name, o := range outputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, from := o.printing(t)
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
	for name, o := range outputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, from := o.printing(t)
			defer from.Close()
			c.interruptTwice()
			c.ended(130)
		})
	}
}

// TestCtrlC types it on a terminal, which sends it to all in the foreground.
func TestCtrlC(t *testing.T) {
	t.Parallel()
	c := newTrial(t, buildJob(t), "--data", `{"Hang": true}`, "--parameter-overrides", "Seconds=60")
	screen := c.terminal()
	defer screen.Close()
	c.until(screen, "hanging")
	if _, err := screen.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	c.until(screen, "interrupted; gone with the queues")
	c.ended(130)
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
