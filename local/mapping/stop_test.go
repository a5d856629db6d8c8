package mapping

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/plan"
)

func TestStoppingLosesNothing(t *testing.T) {
	t.Parallel()
	t.Run("in the window", func(t *testing.T) {
		t.Parallel()
		bubble(t, plan.Mapping{BatchSize: 10, Window: time.Minute}, false, func(r *rig) {
			r.send("a", "b")
			r.start()
			r.left(0, 2, 0)
			r.stop() // what was gathered is worked on
			r.want(2)
			r.left(0, 0, 0)
		})
	})
	t.Run("in work", func(t *testing.T) {
		t.Parallel()
		bubble(t, plan.Mapping{BatchSize: 1}, false, func(r *rig) {
			r.function = func(context.Context, []seen) ([]byte, error) {
				time.Sleep(10 * time.Second)
				return nil, nil
			}
			r.send("a", "b")
			r.start()
			r.left(1, 1, 0)
			r.stop() // waits
			r.want(1)
			r.left(1, 0, 0)
		})
	})
	t.Run("with work cancelled", func(t *testing.T) {
		t.Parallel()
		bubble(t, plan.Mapping{BatchSize: 10}, false, func(r *rig) {
			r.function = func(ctx context.Context, _ []seen) ([]byte, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			r.send("a", "b")
			r.start()
			r.left(0, 2, 0)
			r.stopPolling()
			r.stopWorking()
			<-r.ended
			r.left(0, 2, 0) // until the visibility timeout ends
		})
	})
}

func TestStoppingReleasesCarriedMessages(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10}, false, func(r *rig) {
		r.function = func(context.Context, []seen) ([]byte, error) {
			time.Sleep(10 * time.Second)
			return nil, nil
		}
		for i := range 8 {
			r.send(fmt.Sprintf("m%d %s", i, strings.Repeat("x", 1<<20-10)))
		}
		r.start()
		r.left(0, 8, 0)
		r.stop()
		r.want(5)
		r.left(3, 0, 0) // visible at once
	})
}
