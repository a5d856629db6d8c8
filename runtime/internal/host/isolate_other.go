//go:build !linux

package host

import "os/exec"

// isolate leaves a process in the process group of this one. Only Linux can kill it
// when this process ends.
func isolate(*exec.Cmd) {}

// killAll kills a process.
func killAll(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
