//go:build unix

package sandbox

import (
	"os/exec"
	"syscall"
)

// isolate lets a process be killed with all its descendants, and a terminal's
// signals not reach it.
func isolate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{}
	separate(command.SysProcAttr)
}

// killGroup ends a process and its group at once.
func killGroup(command *exec.Cmd) {
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // it fails only where none is left
}

// askToEnd lets a process end by itself.
func askToEnd(command *exec.Cmd) {
	_ = command.Process.Signal(syscall.SIGTERM)
}
