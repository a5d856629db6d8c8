package host

import (
	"os/exec"
	"syscall"
)

// isolate puts a process into a new process group, so that it can be killed together
// with all processes that it has started. The process is killed when this one ends.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killAll kills a process and all processes that it has started.
func killAll(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // fails only if none is left
}
