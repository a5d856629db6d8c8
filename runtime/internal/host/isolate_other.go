//go:build !linux

package host

import "os/exec"

// isolate leaves a process in this one's group, with which it is killed: only
// Linux can tie its life to this process's.
func isolate(*exec.Cmd) {}

// killAll ends a process at once.
func killAll(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
