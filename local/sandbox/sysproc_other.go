//go:build unix && !linux

package sandbox

import (
	"os/exec"
	"syscall"
)

// setSession starts a process in its own process group. Only Linux can also make it
// die with its parent.
func setSession(a *syscall.SysProcAttr) { a.Setpgid = true }

// killSession kills the remaining process group of a process that has exited.
func killSession(command *exec.Cmd) { killGroup(command) }
