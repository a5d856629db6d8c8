package tests

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// functionProcesses returns the IDs of a process's children that run a
// function's bootstrap.
func functionProcesses(parent int) []int {
	var found []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		// pid (comm) state ppid …; comm may hold anything.
		end := bytes.LastIndexByte(stat, ')')
		var state string
		var ppid int
		if _, err := fmt.Sscan(string(stat[end+1:]), &state, &ppid); err != nil || ppid != parent || state == "Z" {
			continue
		}
		if !bytes.Contains(stat[:end], []byte("(bootstrap")) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		found = append(found, pid)
	}
	return found
}

// alive tells whether a process exists.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	rest := bytes.TrimSpace(stat[bytes.LastIndexByte(stat, ')')+1:])
	return rest[0] != 'Z'
}
