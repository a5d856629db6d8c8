package sandbox

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// setSession starts a process in its own session, by which its descendants can be
// found even if they have their own process groups. The kernel kills the process
// when its parent dies, even if the parent is killed.
func setSession(a *syscall.SysProcAttr) {
	a.Setsid = true
	a.Pdeathsig = syscall.SIGKILL
}

// killTimeout is how long to wait for killed processes: they exit at once, unless
// they hang in the kernel.
const killTimeout = time.Second

// killSession kills the remaining descendants of a process that has exited, and
// waits until none is left.
func killSession(command *exec.Cmd) {
	for end := time.Now().Add(killTimeout); ; time.Sleep(time.Millisecond) {
		left := sessionProcesses(command.Process.Pid)
		if len(left) == 0 || time.Now().After(end) {
			return
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL) // fails only if the process is gone
		}
	}
}

// sessionProcesses lists the living processes of a session.
func sessionProcesses(id int) []int {
	var pids []int
	wanted := []byte(strconv.Itoa(id))
	entries, _ := os.ReadDir("/proc") // without /proc only killGroup reaches descendants
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		// PID (NAME) STATE PPID PGRP SESSION …; NAME may hold anything.
		stat, _ := os.ReadFile(filepath.Join("/proc", entry.Name(), "stat")) // the process may be gone
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 3 && bytes.Equal(fields[3], wanted) && fields[0][0] != 'Z' {
			pids = append(pids, pid)
		}
	}
	return pids
}
