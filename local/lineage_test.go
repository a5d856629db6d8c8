package local

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/sandbox"
)

func TestLineage(t *testing.T) {
	t.Parallel()
	l := lineageOf("Root=1-1-1;Parent=2;Sampled=0;Lineage=a:1%7Cb:15%7Cnonsense%7Cc:x;Self=3")
	if l.String() != "a:1|b:15" || l.count("b") != 15 || l.count("c") != 0 {
		t.Errorf("%v", l)
	}
	if next := l.through("b").through("c"); next.String() != "a:1|b:16|c:1" || l.String() != "a:1|b:15" {
		t.Errorf("%v after %v", next, l)
	}
	if l := lineageOf("Root=1-1-1"); len(l) != 0 || l.through("a").String() != "a:1" {
		t.Errorf("%v", l)
	}
}

// TestLoopsEnd has a function feed itself. Each message carries what the
// function was handed, as the SDK sends it on.
func TestLoopsEnd(t *testing.T) {
	t.Parallel()
	for _, guarded := range []bool{true, false} {
		bubble(t, mappingPlan{batchSize: 10, functionName: "f"}, false, func(r *rig) {
			hops := 0
			r.p.function, r.p.guarded = markOf("f"), guarded
			r.p.invoke = func(_ context.Context, in sandbox.Invocation) ([]byte, error) {
				hops++
				if hops < 40 {
					_, err := r.q.Send(queue.Outgoing{Body: "next", TraceHeader: "Root=1-1-1;Lineage=" + in.Lineage})
					return nil, err
				}
				return nil, nil
			}
			r.start()
			r.send("first")
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			r.stop()
			dead := r.service.Snapshot()["dead"].Visible
			if guarded && (hops != maxHops || dead != 1 || len(r.crashes) != 3 || !strings.Contains(r.crashes[0], "RecursiveLoop")) {
				t.Errorf("%d hops, %d dead, %q", hops, dead, r.crashes)
			}
			if !guarded && (hops != 40 || dead != 0) {
				t.Errorf("%d hops, %d dead", hops, dead)
			}
		})
	}
}

// TestThrottlingCountsAsReceives has no process free before the messages come
// back: they are received until they are dead.
func TestThrottlingCountsAsReceives(t *testing.T) {
	t.Parallel()
	bubble(t, mappingPlan{batchSize: 10, window: 2 * time.Second}, false, func(r *rig) {
		var waited []time.Duration
		r.p.invoke = func(_ context.Context, in sandbox.Invocation) ([]byte, error) {
			waited = append(waited, in.WaitTimeout)
			time.Sleep(in.WaitTimeout)
			return nil, sandbox.ErrThrottled
		}
		r.start()
		r.send("a", "b")
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		r.stop()
		if dead := r.service.Snapshot()["dead"].Visible; dead != 2 || len(waited) != 3 {
			t.Errorf("%d dead after %v", dead, waited)
		}
		for _, d := range waited { // the visibility timeout, less the window
			if d != 28*time.Second {
				t.Errorf("waited %v", waited)
			}
		}
		if m := r.p.tally.state(); m.Received != 0 || m.Throttled != 6 || m.Failed != 0 {
			t.Errorf("%+v", m)
		}
	})
}
