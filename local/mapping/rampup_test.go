package mapping

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/plan"
)

// TestBatchesScaleUp runs batches that take long: five at first, and one more after
// each fifth of a second.
func TestBatchesScaleUp(t *testing.T) {
	t.Parallel()
	bubble(t, plan.Mapping{BatchSize: 1, MaxConcurrency: 8}, false, func(r *rig) {
		r.function = func(ctx context.Context, _ []seen) ([]byte, error) {
			select {
			case <-time.After(20 * time.Second):
			case <-ctx.Done():
			}
			return nil, nil
		}
		for n := range 20 {
			r.send(fmt.Sprint(n))
		}
		r.start()
		begun := func() int {
			synctest.Wait()
			r.mu.Lock()
			defer r.mu.Unlock()
			return len(r.batches)
		}
		for after, want := range []int{5, 6, 7, 8, 8} {
			if got := begun(); got != want {
				t.Errorf("%d batches after %v, want %d", got, time.Duration(after)*oneMoreEvery, want)
			}
			time.Sleep(oneMoreEvery + time.Millisecond)
		}
		time.Sleep(time.Minute) // all are worked on
		if got := begun(); got != 20 {
			t.Errorf("%d batches in all", got)
		}
		r.stop()
	})
}
