package tests

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// kills is how many function processes TestKilledFunctionsLoseNothing kills.
const kills = 8

// TestKilledFunctionsLoseNothing kills function processes while they work. Their
// items are retried after the visibility timeout, and in the end every package is
// loaded.
func TestKilledFunctionsLoseNothing(t *testing.T) {
	t.Parallel()
	source, destination := goSource(t), t.TempDir()
	args := etl(source, destination)
	args[1] = "testdata/kill"
	c := startStar(t, args...)
	ended := make(chan outcome, 1)
	go func() { ended <- c.wait() }()
	killed := map[int]bool{}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if pids := functionProcesses(c.process.Process.Pid); len(killed) < kills && len(pids) > 0 && working(destination) {
				pid := pids[len(killed)%len(pids)]
				if !killed[pid] && syscall.Kill(pid, syscall.SIGKILL) == nil {
					killed[pid] = true
				}
			}
		case ran := <-ended:
			if ran.code != 0 {
				t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
			}
			if len(killed) < kills {
				t.Fatalf("the run was over after %d kills of %d", len(killed), kills)
			}
			wantEqual(t, loaded(t, destination), sequential(t, source))
			return
		}
	}
}

// working reports whether the first document has been written.
func working(destination string) bool {
	entries, err := os.ReadDir(destination)
	return err == nil && len(entries) > 0
}

// TestInterruptLeavesNoProcess interrupts a run whose only item never ends.
func TestInterruptLeavesNoProcess(t *testing.T) {
	t.Parallel()
	c := startStar(t, "run", "testdata/hang", "--data", "3")
	ended := make(chan outcome, 1)
	go func() { ended <- c.wait() }()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	var pids []int
	interrupted := false
	for {
		select {
		case <-ticker.C:
			hanging := strings.Contains(c.stderr.String(), "hanging") // read first: then the process is seen below
			pids = append(pids, functionProcesses(c.process.Process.Pid)...)
			if !interrupted && hanging {
				interrupted = true
				if err := c.process.Process.Signal(os.Interrupt); err != nil {
					t.Fatal(err)
				}
			}
		case ran := <-ended:
			if ran.code != 130 {
				t.Errorf("exit code %d, want 130\n%s", ran.code, ran.stderr)
			}
			if !regexp.MustCompile(`(?m)^ *hang `).MatchString(ran.stdout) {
				t.Errorf("no table:\n%s", ran.stdout)
			}
			slices.Sort(pids)
			pids = slices.Compact(pids)
			if len(pids) == 0 {
				t.Error("no function process was seen")
			}
			for _, pid := range pids {
				if alive(pid) {
					t.Errorf("the function process %d is still running", pid)
				}
			}
			return
		}
	}
}

// functionProcesses returns the IDs of a process's children that run the bootstrap of
// a function.
func functionProcesses(parent int) []int {
	var found []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		// pid (comm) state ppid …; comm may contain anything.
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

// alive reports whether a process exists and has not ended.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	rest := bytes.TrimSpace(stat[bytes.LastIndexByte(stat, ')')+1:])
	return rest[0] != 'Z'
}
