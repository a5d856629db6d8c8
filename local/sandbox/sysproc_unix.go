//go:build unix

package sandbox

import (
	"os/exec"
	"syscall"
)

// isolate makes it possible to kill a process with all its descendants, and keeps a
// terminal's signals from it.
func isolate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{}
	setSession(command.SysProcAttr)
}

// killGroup kills a process and its process group.
func killGroup(command *exec.Cmd) {
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // fails only if none is left
}

// terminate asks a process to exit.
func terminate(command *exec.Cmd) {
	_ = command.Process.Signal(syscall.SIGTERM)
}
