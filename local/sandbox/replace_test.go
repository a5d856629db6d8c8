//go:build unix

package sandbox

import (
	"os"
	"slices"
	"testing"
)

func TestReplace(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newBench(t, "act", concurrency(2), through(g))
	ended := make(chan string)
	go func() { // works while the program is replaced
		r, err := b.Invoke(t.Context(), event{Do: "enter"}.payload())
		if err != nil {
			t.Error(err)
		}
		ended <- r.FunctionError
	}()
	busy := g.next()
	var idle int
	b.answer(event{Do: "pid"}, &idle)
	b.idles(1)
	dir := t.TempDir()
	if err := b.Replace([]string{os.Args[0]}, dir); err != nil {
		t.Fatal(err)
	}
	busy.Close()
	if mark := <-ended; mark != "" {
		t.Errorf("the busy process failed: %s", mark)
	}
	b.await(func() bool { return len(b.processes) == 0 })
	if alive(idle) || alive(busy.pid) {
		t.Error("an old process is left")
	}
	var environment []string
	b.answer(event{Do: "environment"}, &environment)
	if !slices.Contains(environment, "LAMBDA_TASK_ROOT="+dir) {
		t.Errorf("%q", environment)
	}
	if err := b.Replace([]string{"/no/such/program"}, dir); err == nil {
		t.Error("a program that is not there was taken")
	}
}
