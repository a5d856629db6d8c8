//go:build unix

package local

import (
	"os/exec"
	"syscall"
)

// killWhole makes a command's end, if it is cancelled, that of all that it has
// started, whose output would be waited for otherwise. Ctrl-C does not reach it
// by itself: it would fail before anybody knows why.
func killWhole(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}
