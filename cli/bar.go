package cli

import (
	"fmt"
	"strings"
	"sync"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// bar is a step's line.
type bar struct {
	*progress.Tracker
	mu   sync.Mutex
	text string // what stands behind the bar
	pace pace
}

func newBar(step string, index int) *bar {
	b := &bar{text: "starting"}
	b.Tracker = &progress.Tracker{
		Message: step, Index: uint64(index), AutoStopDisabled: true,
		Units: progress.Units{Formatter: func(int64) string {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.text
		}},
	}
	return b
}

// show brings a line up to date. The bar is the share of what has arrived so
// far that is done.
func (b *bar) show(r row, elapsed float64) {
	done := r.Succeeded + r.Ignored
	b.pace.note(done, elapsed)
	text := summary(r)
	switch {
	case r.DueIn > 0:
		text = strings.TrimPrefix(pause(r), "; ") + "; " + text // first, as the end is cut off where lines are short
	case b.pace.rate >= 0.5 || r.Waiting+r.InFlight > 0:
		text += fmt.Sprintf(", %.0f/s%s", b.pace.rate, b.pace.left(r.Waiting+r.InFlight+r.Delayed))
	}
	b.mu.Lock()
	b.text = text
	b.mu.Unlock()
	b.UpdateTotal(int64(max(r.Arrived, 1)))
	b.SetValue(int64(done + r.Dead))
}
