package cli_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startHanging starts a run with a handler that hangs for a minute. It returns the run
// and a reader of its events.
func startHanging(t *testing.T, args ...string) (*starProcess, io.Reader) {
	t.Helper()
	p := newStarRun(t, buildJob(t), append(args, "--json", "--data", `{"Hang": true}`, "--parameter-overrides", "Seconds=60")...)
	from := p.start()
	p.readUntil(from, "hanging")
	return p, from
}

// TestHangupEndsARun: nothing may be left behind after a terminal is closed.
func TestHangupEndsARun(t *testing.T) {
	t.Parallel()
	p, from := startHanging(t)
	if err := p.command.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.readUntil(from, `"ended"`)
	p.wait(130, `"note","text":"interrupted; lost with the queues: \d unfinished items?"`)
}

// forEachOutput calls test, as a parallel subtest, for each display: with a run that
// prints more than is read, and a reader of its output.
func forEachOutput(t *testing.T, test func(*starProcess, *os.File)) {
	for name, output := range map[string]struct {
		start func(*starProcess) *os.File
		args  []string
	}{
		"json":     {(*starProcess).startWithPipe, []string{"--json"}},
		"lines":    {(*starProcess).startWithPipe, nil},
		"terminal": {(*starProcess).startOnTerminal, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newStarRun(t, buildJob(t), append(output.args, "--data", `{"Print": 8}`)...)
			from := output.start(p)
			defer from.Close()
			p.readUntil(from, "xxxxxxxx")
			test(p, from)
		})
	}
}

// TestClosedOutputEndsARun: a reader such as head closes its input early.
func TestClosedOutputEndsARun(t *testing.T) {
	t.Parallel()
	forEachOutput(t, func(p *starProcess, from *os.File) {
		from.Close()
		p.wait(130)
	})
}

// TestKilledRunLeavesNothing: its processes end with it, and the next run removes
// its files.
func TestKilledRunLeavesNothing(t *testing.T) {
	t.Parallel()
	p, _ := startHanging(t, "--env", "STUBBORN=1")
	if err := p.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.command.Wait()
	for len(p.processes()) > 0 { // the kernel ends them eventually
		runtime.Gosched()
	}
	locks, _ := filepath.Glob(filepath.Join(p.dir, "tmp", "*", "running"))
	if len(locks) != 1 {
		t.Fatalf("%v", locks)
	}
	if err := os.Chtimes(locks[0], time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	next := newStarRun(t, buildJob(t))
	next.dir, next.command.Env = p.dir, p.command.Env
	next.runAndWait(0)
}

// TestStuckReaderCannotBlockTheEnd: a run ends after two interrupts although nobody
// reads its output.
func TestStuckReaderCannotBlockTheEnd(t *testing.T) {
	t.Parallel()
	forEachOutput(t, func(p *starProcess, _ *os.File) {
		p.interruptTwice()
		p.wait(130)
	})
}

// TestCtrlC types Ctrl-C on a terminal, which signals all processes in the foreground.
func TestCtrlC(t *testing.T) {
	t.Parallel()
	p := newStarRun(t, buildJob(t), "--data", `{"Hang": true}`, "--parameter-overrides", "Seconds=60")
	screen := p.startOnTerminal()
	defer screen.Close()
	p.readUntil(screen, "hanging")
	if _, err := screen.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	p.readUntil(screen, "interrupted; lost with the queues")
	p.wait(130)
}

// slowGo is a go command that never ends, and leaves a file and a process
// behind when it is killed.
const slowGo = `#!/bin/sh
trap '' INT
mktemp "${GOTMPDIR:-$TMPDIR}/XXXXXX"
echo > "$TMPDIR/../began"
sleep 600
`

func TestInterruptedBuildLeavesNothing(t *testing.T) {
	t.Parallel()
	p := newStarRun(t, "src")
	bin, began := filepath.Join(p.dir, "bin"), filepath.Join(p.dir, "began")
	if err := errors.Join(
		os.Mkdir(filepath.Join(p.dir, "src"), 0o700),
		os.WriteFile(filepath.Join(p.dir, "src", "main.go"), nil, 0o600),
		os.Mkdir(bin, 0o700),
		os.WriteFile(filepath.Join(bin, "go"), []byte(slowGo), 0o700),
		syscall.Mkfifo(began, 0o600),
	); err != nil {
		t.Fatal(err)
	}
	p.command.Env = append(p.command.Env, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(began); err != nil { // waits until slowGo writes
		t.Fatal(err)
	}
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	p.wait(130)
	if got := p.stderr.String(); strings.Contains(got, "star:") {
		t.Errorf("an interrupt is shown as an error: %s", got)
	}
}

// TestSecondInterruptKillsFunctions: the functions ignore SIGTERM.
func TestSecondInterruptKillsFunctions(t *testing.T) {
	t.Parallel()
	p, from := startHanging(t, "--env", "STUBBORN=1")
	p.interruptTwice()
	p.readUntil(from, `"ended"`)
	p.wait(130)
}
