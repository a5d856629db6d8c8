//go:build unix

package build

import (
	"os/exec"
	"syscall"
)

// killGroup makes the cancellation of a command kill everything that it has
// started, whose output would be waited for otherwise. Ctrl-C does not reach the
// command by itself: it would fail before the reason is known.
func killGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}
