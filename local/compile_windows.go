package local

import (
	"os/exec"
	"syscall"
	"time"
)

// killWhole keeps a console's Ctrl-C from a command. Windows does not tell what
// it has started, and waiting for that has an end.
func killWhole(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
	command.WaitDelay = 2 * time.Second
}
