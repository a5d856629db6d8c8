package cli_test

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestFailuresLeaveNothing: failed runs leave neither files nor processes.
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
		"ends at start":        {[]string{"--env", "BROKEN=no table"}, 1, []string{`^star: functions TryGenerateFunction, TryPlanFunction, TryWorkFunction failed to start: .*exit status 1$`, `^ *no table$`}},
		"hangs":                {[]string{"--data", `{"Hang": true}`}, 1, []string{`hanging`, `^1 dead letter of step work: not finished before`}},
		"a port in use":        {[]string{"--port", port}, 1, []string{`^star: cannot serve SQS on port ` + port + `: .*in use; set another port with --port`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newStarRun(t, job, c.args...).runAndWait(c.code, c.patterns...)
		})
	}
}

// TestTemporaryFolderThatCannotBeUsed expects an error, and leaves nothing.
func TestTemporaryFolderThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	source, err := filepath.Abs("testdata/job")
	if err != nil {
		t.Fatal(err)
	}
	for name, folder := range map[string]struct {
		flags      uintptr
		data, want string
	}{
		"full":    {0, "size=64k", "no space left on device"},
		"no exec": {syscall.MS_NOEXEC, "", "^star: cannot execute a program in the folder for builds: .*: permission denied; set TMPDIR to another folder$"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newStarRun(t, source)
			tmp := filepath.Join(p.dir, "tmp")
			if err := syscall.Mount("tmpfs", tmp, "tmpfs", folder.flags, folder.data); err != nil {
				t.Skipf("a file system cannot be mounted: %v", err)
			}
			t.Cleanup(func() {
				if err := syscall.Unmount(tmp, 0); err != nil {
					t.Error(err)
				}
			})
			p.runAndWait(1, folder.want)
		})
	}
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		p := newStarRun(t, source)
		if err := os.Remove(filepath.Join(p.dir, "tmp")); err != nil {
			t.Fatal(err)
		}
		p.runAndWait(1, "^star: cannot create a folder for builds: .*: no such file or directory; set TMPDIR to another folder$")
	})
}

// TestResultsThatCannotBeWritten: a run fails if it cannot write its results.
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
			p := newStarRun(t, job, args...)
			p.command.Stdout = full
			p.runAndWait(1, "^star: write .*: no space left on device$")
		})
	}
}
