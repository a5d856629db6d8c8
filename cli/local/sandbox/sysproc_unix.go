//go:build unix

package sandbox

import (
	"os/exec"
	"syscall"
)

// isolate gives a process a group of its own, so that it can be killed with
// all its descendants, and a terminal's signals do not reach it.
func isolate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(command.SysProcAttr)
}

// killGroup ends a process and its descendants at once.
func killGroup(command *exec.Cmd) {
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // it fails only where none is left
}

// askToEnd lets a process end by itself.
func askToEnd(command *exec.Cmd) {
	_ = command.Process.Signal(syscall.SIGTERM)
}
