package queuetest

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// A Difference is what a server is known to do otherwise than SQS in one case.
type Difference struct {
	// Shows are parts of the case's failures. Each must be in one of them, and
	// each failure must hold one, so that a difference is noticed which has gone
	// or come.
	Shows []string
	// Because says what the server does, and what SQS does.
	Because string
	// Says is where AWS documents it.
	Says string
}

// check compares what a case has failed with to what is known.
func (d Difference) check(t testing.TB, failures []string) {
	t.Helper()
	shown := map[string]bool{}
	for _, failure := range failures {
		known := false
		for _, part := range d.Shows {
			if strings.Contains(failure, part) {
				shown[part], known = true, true
			}
		}
		if !known {
			t.Errorf("a new difference: %s", failure)
		}
	}
	for _, part := range d.Shows {
		if !shown[part] {
			t.Errorf("no failure says %q any more (%s): take it from the list", part, d.Because)
		}
	}
	t.Logf("known: %s (%s)", d.Because, d.Says)
}

// recorder is a test whose failures are no failures yet.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	failures []string
}

// record runs a case and returns its failures.
func record(t testing.TB, run func(testing.TB)) []string {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() { // which a fatal failure ends
		defer close(done)
		run(r)
	}()
	<-done
	return r.failures
}

func (r *recorder) add(failure string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, failure)
}

func (r *recorder) Error(args ...any)            { r.add(fmt.Sprint(args...)) }
func (r *recorder) Errorf(f string, args ...any) { r.add(fmt.Sprintf(f, args...)) }

func (r *recorder) Fatal(args ...any) {
	r.add(fmt.Sprint(args...))
	runtime.Goexit()
}

func (r *recorder) Fatalf(f string, args ...any) {
	r.add(fmt.Sprintf(f, args...))
	runtime.Goexit()
}
