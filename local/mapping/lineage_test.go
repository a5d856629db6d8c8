package mapping

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/sandbox"
)

// TestRecursiveLoopsAreStopped runs a function that sends to its queue. Each message
// carries the lineage that the function received, as the SDK sends it on.
func TestRecursiveLoopsAreStopped(t *testing.T) {
	t.Parallel()
	for _, guarded := range []bool{true, false} {
		bubble(t, plan.Mapping{BatchSize: 10, FunctionName: "f"}, false, func(r *rig) {
			hops := 0
			r.p.lineageID, r.p.loopsEnd = function.LineageID("f"), guarded
			r.override = func(_ context.Context, in sandbox.Invocation) ([]byte, error) {
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
			if guarded && (hops != function.MaxHops || dead != 1 || len(r.crashes) != 3 || !strings.Contains(r.crashes[0], "RecursiveLoop")) {
				t.Errorf("%d hops, %d dead, %q", hops, dead, r.crashes)
			}
			if !guarded && (hops != 40 || dead != 0) {
				t.Errorf("%d hops, %d dead", hops, dead)
			}
		})
	}
}

// TestThrottlingCountsAsReceives keeps all processes busy until the messages become
// visible again: they are received until they are dead-lettered.
func TestThrottlingCountsAsReceives(t *testing.T) {
	t.Parallel()
	bubble(t, plan.Mapping{BatchSize: 10, Window: 2 * time.Second}, false, func(r *rig) {
		var waited []time.Duration
		r.override = func(_ context.Context, in sandbox.Invocation) ([]byte, error) {
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
		if m := r.p.State(); m.Received != 0 || m.Throttled != 6 || m.Failed != 0 {
			t.Errorf("%+v", m)
		}
	})
}
