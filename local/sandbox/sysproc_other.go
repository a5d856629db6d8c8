//go:build unix && !linux

package sandbox

import (
	"os/exec"
	"syscall"
)

// separate gives a process a group of its own. Only Linux ties it to its parent,
// too.
func separate(a *syscall.SysProcAttr) { a.Setpgid = true }

// killSession ends the group that is left of a process that has ended.
func killSession(command *exec.Cmd) { killGroup(command) }
