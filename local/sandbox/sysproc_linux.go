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

// separate gives a process a session of its own: whatever it starts can be found
// by that, also where it is in a process group of its own. It lets no process
// outlive this one, even if this one is killed.
func separate(a *syscall.SysProcAttr) {
	a.Setsid = true
	a.Pdeathsig = syscall.SIGKILL
}

// dying bounds how long a killed process is waited for: it is gone in a moment,
// unless it hangs in the kernel.
const dying = time.Second

// killSession ends what is left of a process that has ended, and waits until
// nothing is.
func killSession(command *exec.Cmd) {
	for end := time.Now().Add(dying); ; time.Sleep(time.Millisecond) {
		left := session(command.Process.Pid)
		if len(left) == 0 || time.Now().After(end) {
			return
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it fails only if it is gone
		}
	}
}

// session lists the living processes of a session.
func session(id int) []int {
	var pids []int
	wanted := []byte(strconv.Itoa(id))
	entries, _ := os.ReadDir("/proc") // without it, the group is all that can be found
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		// PID (NAME) STATE PPID PGRP SESSION …; the name may hold anything.
		stat, _ := os.ReadFile(filepath.Join("/proc", entry.Name(), "stat")) // it may be gone
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 3 && bytes.Equal(fields[3], wanted) && fields[0][0] != 'Z' {
			pids = append(pids, pid)
		}
	}
	return pids
}
