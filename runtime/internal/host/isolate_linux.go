package host

import (
	"os/exec"
	"syscall"
)

// isolate gives a process a group of its own, so that it can be killed with all
// that it has started, and lets it not outlive this process.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killAll ends a process and what it has started, at once.
func killAll(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it fails only where none is left
}
