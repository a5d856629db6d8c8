package cli_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// starProcess is star run in a real process, with a temporary folder for all files of
// the run and its functions.
type starProcess struct {
	t              *testing.T
	dir            string
	command        *exec.Cmd
	stdout, stderr bytes.Buffer
}

const runTemplate = `
Transform: [StarJob, AWS::Serverless-2016-10-31]
Parameters: {Seconds: {Type: Number, Default: 2}}
Resources:
  Code:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: CODE, Handler: bootstrap, Runtime: provided.al2023}
  Try:
    Type: Star::Job
    Properties:
      Function: !Ref Code
      Queue: {VisibilityTimeout: !Ref Seconds}
      Retry: {MaxAttempts: 3}
      Steps: {plan: {Function: {Timeout: !Ref Seconds}}, work: {Function: {Timeout: !Ref Seconds}}}
`

// newStarRun prepares star run for runTemplate with the given code.
func newStarRun(t *testing.T, code string, args ...string) *starProcess {
	t.Helper()
	p := &starProcess{t: t, dir: t.TempDir()}
	template := strings.ReplaceAll(runTemplate, "CODE", code)
	if err := errors.Join(os.Mkdir(filepath.Join(p.dir, "tmp"), 0o700), os.WriteFile(filepath.Join(p.dir, "template.yaml"), []byte(template), 0o600)); err != nil {
		t.Fatal(err)
	}
	p.command = exec.Command("star", append([]string{"run", p.dir}, args...)...)
	p.command.Env = append(os.Environ(), "TMPDIR="+filepath.Join(p.dir, "tmp"))
	p.command.Stdout, p.command.Stderr = &p.stdout, &p.stderr
	return p
}

// runAndWait starts star and waits for it; see wait.
func (p *starProcess) runAndWait(code int, patterns ...string) {
	p.t.Helper()
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.wait(code, patterns...)
}

// start starts star and returns a reader of its standard output.
func (p *starProcess) start() io.Reader {
	p.t.Helper()
	p.command.Stdout = nil
	from, err := p.command.StdoutPipe()
	if err == nil {
		err = p.command.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return from
}

// startWithPipe starts star and returns a reader of all its output.
func (p *starProcess) startWithPipe() *os.File {
	p.t.Helper()
	from, to, err := os.Pipe()
	if err != nil {
		p.t.Fatal(err)
	}
	defer to.Close()
	p.command.Stdout, p.command.Stderr = to, to
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	return from
}

// startOnTerminal starts star on a new terminal, and returns that.
func (p *starProcess) startOnTerminal() *os.File {
	p.t.Helper()
	p.command.Stdout, p.command.Stderr = nil, nil
	p.command.Env = append(p.command.Env, "TERM=xterm")
	screen, err := pty.StartWithSize(p.command, &pty.Winsize{Rows: 24, Cols: 100})
	if err != nil {
		p.t.Fatal(err)
	}
	return screen
}

// wait waits until star ends: with an exit status, with output that matches all
// patterns, and with no file or process left behind.
func (p *starProcess) wait(code int, patterns ...string) {
	p.t.Helper()
	_ = p.command.Wait() // the exit code is checked below
	if got := p.command.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit status %d, want %d", got, code)
	}
	for _, pattern := range patterns {
		if !regexp.MustCompile("(?m)" + pattern).MatchString(p.stdout.String() + p.stderr.String()) {
			p.t.Errorf("no %q in\n%.2000s%.2000s", pattern, p.stdout.String(), p.stderr.String())
		}
	}
	if left, _ := filepath.Glob(filepath.Join(p.dir, "tmp", "*")); len(left) > 0 {
		p.t.Errorf("left behind: %v", left)
	}
	for _, pid := range p.processes() {
		p.t.Errorf("the process %s is left behind", pid)
	}
}

// processes returns all processes with the temporary folder in their environment.
func (p *starProcess) processes() []string {
	var found []string
	paths, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range paths {
		environment, err := os.ReadFile(path)
		if err == nil && bytes.Contains(environment, []byte("TMPDIR="+p.dir)) {
			found = append(found, path)
		}
	}
	return found
}

// interruptTwice sends two different signals: two of a kind may be merged.
func (p *starProcess) interruptTwice() {
	p.t.Helper()
	for _, interrupt := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		if err := p.command.Process.Signal(interrupt); err != nil {
			p.t.Fatal(err)
		}
	}
}

// readUntil reads from star's output until it contains a word.
func (p *starProcess) readUntil(from io.Reader, word string) {
	p.t.Helper()
	b := make([]byte, 4096)
	for !strings.Contains(p.stdout.String(), word) {
		n, err := from.Read(b)
		p.stdout.Write(b[:n])
		if err != nil {
			p.t.Fatalf("no %q: %v\n%s", word, err, p.stdout.String())
		}
	}
}
