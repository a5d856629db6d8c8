package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Figures that only Linux reports about processes. On other systems they are 0 or empty.

// peakMemory returns the peak memory of a process, in bytes (VmHWM).
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

// children returns the running child processes of a process.
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

// cpuTime returns the CPU time of a process, in ticks of 10 ms.
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

// statFields returns the fields of a stat file after the program's name, which may
// contain anything: state, parent, …
func statFields(path string) [][]byte {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
}
