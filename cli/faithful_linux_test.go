package cli_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// trial is a run of star in a real process, with a folder of its own for all
// that it and its functions write.
type trial struct {
	t              *testing.T
	dir            string
	command        *exec.Cmd
	stdout, stderr bytes.Buffer
}

const trialTemplate = `
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

func newTrial(t *testing.T, code string, args ...string) *trial {
	t.Helper()
	c := &trial{t: t, dir: t.TempDir()}
	template := strings.ReplaceAll(trialTemplate, "CODE", code)
	if err := errors.Join(os.Mkdir(filepath.Join(c.dir, "tmp"), 0o700), os.WriteFile(filepath.Join(c.dir, "template.yaml"), []byte(template), 0o600)); err != nil {
		t.Fatal(err)
	}
	c.command = exec.Command("star", append([]string{"run", c.dir}, args...)...)
	c.command.Env = append(os.Environ(), "TMPDIR="+filepath.Join(c.dir, "tmp"))
	c.command.Stdout, c.command.Stderr = &c.stdout, &c.stderr
	return c
}

// ends runs star, which must end with the code, and leave nothing.
func (c *trial) ends(code int, patterns ...string) {
	c.t.Helper()
	if err := c.command.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.ended(code, patterns...)
}

// starts runs star and returns what reads its output.
func (c *trial) starts() io.Reader {
	c.t.Helper()
	c.command.Stdout = nil
	from, err := c.command.StdoutPipe()
	if err == nil {
		err = c.command.Start()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return from
}

// pipes is starts, with all that the run writes in one pipe.
func (c *trial) pipes() *os.File {
	c.t.Helper()
	from, to, err := os.Pipe()
	if err != nil {
		c.t.Fatal(err)
	}
	defer to.Close()
	c.command.Stdout, c.command.Stderr = to, to
	if err := c.command.Start(); err != nil {
		c.t.Fatal(err)
	}
	return from
}

// terminal runs star on a terminal of its own, and returns that.
func (c *trial) terminal() *os.File {
	c.t.Helper()
	c.command.Stdout, c.command.Stderr = nil, nil
	c.command.Env = append(c.command.Env, "TERM=xterm")
	screen, err := pty.StartWithSize(c.command, &pty.Winsize{Rows: 24, Cols: 100})
	if err != nil {
		c.t.Fatal(err)
	}
	return screen
}

func (c *trial) ended(code int, patterns ...string) {
	c.t.Helper()
	_ = c.command.Wait() // the code tells
	if got := c.command.ProcessState.ExitCode(); got != code {
		c.t.Errorf("exit code %d, want %d", got, code)
	}
	for _, p := range patterns {
		if !regexp.MustCompile("(?m)" + p).MatchString(c.stdout.String() + c.stderr.String()) {
			c.t.Errorf("no %q in\n%.2000s%.2000s", p, c.stdout.String(), c.stderr.String())
		}
	}
	if left, _ := filepath.Glob(filepath.Join(c.dir, "tmp", "*")); len(left) > 0 {
		c.t.Errorf("left %v", left)
	}
	for _, pid := range c.processes() {
		c.t.Errorf("the process %s is left", pid)
	}
}

// processes are those that know the trial's folder from their environment.
func (c *trial) processes() []string {
	var found []string
	paths, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range paths {
		environment, err := os.ReadFile(path)
		if err == nil && bytes.Contains(environment, []byte("TMPDIR="+c.dir)) {
			found = append(found, path)
		}
	}
	return found
}

func TestFailuresLeaveNothing(t *testing.T) {
	t.Parallel()
	job := buildJob(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for name, c := range map[string]struct {
		args     []string
		code     int
		patterns []string
	}{
		"killed by the kernel": {[]string{"--data", `{"Exit": true}`}, 0, []string{`work +2 +1 +1 +0 +0 .* 1 +2 *$`, `^work: an invocation failed: .*signal: killed$`}},
		"ignores SIGTERM":      {[]string{"--data", `{"Items": 3}`, "--env", "STUBBORN=1"}, 0, []string{`work +3 +3 `}},
		"prints megabytes":     {[]string{"--data", `{"Print": 8}`}, 0, []string{`work +1 +1 `, `x{1000}$`}},
		"ends at start":        {[]string{"--env", "BROKEN=no table"}, 1, []string{`^star: the functions TryGenerateFunction, TryPlanFunction, TryWorkFunction do not start: .*exit status 1$`, `^ *no table$`}},
		"hangs":                {[]string{"--data", `{"Hang": true}`}, 1, []string{`hanging`, `^1 dead letter of step work: not finished before`}},
		"a port in use":        {[]string{"--port", port}, 1, []string{`^star: SQS cannot be served on port ` + port + `: .*in use; give another one with --port`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newTrial(t, job, c.args...).ends(c.code, c.patterns...)
		})
	}
}

// TestInterruptsEndTheStubborn interrupts a run twice, whose function does not
// heed SIGTERM.
func TestInterruptsEndTheStubborn(t *testing.T) {
	t.Parallel()
	c := newTrial(t, buildJob(t), "--json", "--data", `{"Hang": true}`, "--env", "STUBBORN=1", "--parameter-overrides", "Seconds=60")
	from := c.starts()
	c.until(from, "hanging")
	c.interruptTwice()
	c.until(from, `"ended"`)
	c.ended(130)
}

func (c *trial) interruptTwice() {
	c.t.Helper()
	for _, interrupt := range []os.Signal{os.Interrupt, syscall.SIGTERM} { // two of a kind may come as one
		if err := c.command.Process.Signal(interrupt); err != nil {
			c.t.Fatal(err)
		}
	}
}

// until reads until a word has come.
func (c *trial) until(from io.Reader, word string) {
	c.t.Helper()
	b := make([]byte, 4096)
	for !strings.Contains(c.stdout.String(), word) {
		n, err := from.Read(b)
		c.stdout.Write(b[:n])
		if err != nil {
			c.t.Fatalf("no %q: %v\n%s", word, err, c.stdout.String())
		}
	}
}

func TestPlacesThatAreNone(t *testing.T) {
	t.Parallel()
	source, err := filepath.Abs("testdata/job")
	if err != nil {
		t.Fatal(err)
	}
	for name, place := range map[string]struct {
		flags      uintptr
		data, want string
	}{
		"full":    {0, "size=64k", "no space left on device"},
		"no exec": {syscall.MS_NOEXEC, "", "^star: what is built cannot be executed where it is: .*: permission denied; TMPDIR names another place$"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTrial(t, source)
			tmp := filepath.Join(c.dir, "tmp")
			if err := syscall.Mount("tmpfs", tmp, "tmpfs", place.flags, place.data); err != nil {
				t.Skipf("a file system cannot be mounted: %v", err)
			}
			t.Cleanup(func() {
				if err := syscall.Unmount(tmp, 0); err != nil {
					t.Error(err)
				}
			})
			c.ends(1, place.want)
		})
	}
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		c := newTrial(t, source)
		if err := os.Remove(filepath.Join(c.dir, "tmp")); err != nil {
			t.Fatal(err)
		}
		c.ends(1, "^star: there is no place for what is built: .*: no such file or directory; TMPDIR names another$")
	})
}

// TestResultsThatCannotBeWritten: a run whose figures nobody has is no success.
func TestResultsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	job := buildJob(t)
	for name, args := range map[string][]string{"json": {"--json"}, "table": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer full.Close()
			c := newTrial(t, job, args...)
			c.command.Stdout = full
			c.ends(1, "^star: write .*: no space left on device$")
		})
	}
}
