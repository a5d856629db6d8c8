package queuetest

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// A Difference is a known difference between a server and SQS in one case.
type Difference struct {
	// Shows are parts of the case's failures. Each must be in one of them, and
	// each failure must have one, so new and fixed differences are both noticed.
	Shows []string
	// Because describes the behavior of the server and of SQS.
	Because string
	// Says is where AWS documents it.
	Says string
}

// check compares the failures of a case with the known ones.
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

// recorder is a test whose failures are only recorded.
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

// Differences returns the known differences of a server by its name: "moto",
// "elasticmq" or "fauxqs". Others, and SQS itself, have none.
func Differences(server string) map[string]Difference {
	return map[string]map[string]Difference{"moto": moto, "elasticmq": elasticMQ, "fauxqs": fauxqs}[server]
}

// api is the page of an action, guide a page of the developer guide.
func api(action string) string {
	return "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_" + action + ".html"
}

func guide(page string) string {
	return "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/" + page + ".html"
}

// noAttempts is the difference of a server that does not know a repeated receive.
func noAttempts(shows string) Difference {
	return Difference{[]string{shows}, "It has no attempts, or others; in SQS a repeated one brings the same messages and receipt handles.", api("ReceiveMessage")}
}

// taken is the failure if SQS would have refused a call and the server has not.
const taken = "the error is <nil>"
