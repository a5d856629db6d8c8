package sandbox

import (
	"os/exec"
	"syscall"
)

// isolate keeps a console's Ctrl-C from a process.
func isolate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// killGroup kills a process.
func killGroup(command *exec.Cmd) { _ = command.Process.Kill() }

// killSession does nothing: Windows does not report a process's descendants.
func killSession(*exec.Cmd) {}

// terminate kills a process: Windows has no request to exit that every program
// understands.
func terminate(command *exec.Cmd) { _ = command.Process.Kill() }
