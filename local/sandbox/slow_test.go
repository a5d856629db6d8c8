//go:build unix

package sandbox

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestInitTimeout(t *testing.T) {
	t.Parallel()
	b := newBench(t, "announce", func(h *Host, _ *Function) { h.initLimit = 30 * time.Millisecond }, timeout(70*time.Millisecond))
	got, result := b.fail(event{})
	if want := (failure{"Sandbox.Timedout", "RequestId: " + result.RequestID + " Error: Task timed out after 0.07 seconds: the process did not ask for an event"}); got != want || !result.InitError {
		t.Errorf("got %+v, %+v", got, result)
	}
	if _, told := b.lines(); b.Stats().ColdStarts != 2 || !slices.ContainsFunc(told, func(line string) bool { return strings.Contains(line, "no event within 0.03 seconds") }) {
		t.Errorf("%+v, %q", b.Stats(), told)
	}
}

// TestASlowStartHasASecondChance has a process reach its first poll only when it
// is started again, without the limit of the init phase.
func TestASlowStartHasASecondChance(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newBench(t, "late", through(g), func(h *Host, _ *Function) { h.initLimit = 30 * time.Millisecond })
	go func() {
		for {
			c, err := g.listener.Accept()
			if err != nil {
				return // the test is over
			}
			b.await(func() bool { return b.stats.ColdStarts == 2 })
			c.Close()
		}
	}()
	var text string
	b.answer(event{Do: "echo", Text: "x"}, &text)
	if text != "x" || b.Stats() != (Stats{ColdStarts: 2, Invocations: 1}) {
		t.Errorf("%q, %+v", text, b.Stats())
	}
}
