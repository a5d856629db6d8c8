package build

import (
	"os/exec"
	"syscall"
	"time"
)

// killGroup keeps a console's Ctrl-C from a command. Windows does not say what
// the command has started, so waiting for that is limited.
func killGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
	command.WaitDelay = 2 * time.Second
}
