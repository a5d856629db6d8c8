package sandbox

import (
	"os/exec"
	"syscall"
)

// isolate keeps a console's Ctrl-C from a process.
func isolate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// killGroup ends a process at once.
func killGroup(command *exec.Cmd) { _ = command.Process.Kill() }

// killSession does nothing: Windows does not tell what a process has started.
func killSession(*exec.Cmd) {}

// askToEnd ends a process: Windows has no polite way that every program
// understands.
func askToEnd(command *exec.Cmd) { _ = command.Process.Kill() }
