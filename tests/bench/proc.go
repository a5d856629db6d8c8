package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// What Linux alone tells of processes; elsewhere it is 0 and none.

// peakMemory is the most memory that a process has had, in bytes (VmHWM).
func peakMemory(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		var kilobytes int64
		if _, err := fmt.Sscanf(string(line), "VmHWM: %d kB", &kilobytes); err == nil {
			return kilobytes << 10
		}
	}
	return 0
}

// children are the processes that a process has started and which still run.
func children(pid int) []int {
	var all []int
	paths, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range paths {
		if f := statFields(path); len(f) > 0 && string(f[1]) == strconv.Itoa(pid) {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			all = append(all, child)
		}
	}
	return all
}

// cpuTime is what a process has used of processors, in ticks of 10 ms.
func cpuTime(pid int) time.Duration {
	var ticks int
	if f := statFields(fmt.Sprintf("/proc/%d/stat", pid)); len(f) > 12 {
		for _, field := range f[11:13] {
			n, _ := strconv.Atoi(string(field))
			ticks += n
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// statFields are the fields of a stat file that follow the program's name, which
// may hold anything: state, parent, …
func statFields(path string) [][]byte {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
}
