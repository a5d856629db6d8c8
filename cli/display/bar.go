package display

import (
	"fmt"
	"sync"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// bar is a step's line of the live display: its name, a bar and its figures.
type bar struct {
	tracker *progress.Tracker
	speed   throughput

	mu      sync.Mutex
	figures string // behind the bar
}

func newBar(label string, index int) *bar {
	b := &bar{figures: "starting"}
	b.tracker = &progress.Tracker{
		Message: label, Index: uint64(index), AutoStopDisabled: true,
		Units: progress.Units{Formatter: func(int64) string {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.figures
		}},
	}
	return b
}

// update brings the line up to date, the given seconds after the last time. The
// bar shows which share of the items that have arrived so far is finished.
func (b *bar) update(s Step, elapsed float64) {
	b.speed.observe(s.finished(), elapsed)
	figures := summary(s)
	switch {
	case s.DueIn > 0:
		figures = due(s) + "; " + figures // first, as the end is cut off where lines are short
	case b.speed.rate >= 0.5 || s.Waiting+s.InFlight > 0:
		figures += fmt.Sprintf(", %.0f/s%s", b.speed.rate, b.speed.remaining(s.Waiting+s.InFlight+s.Delayed))
	}
	b.mu.Lock()
	b.figures = figures
	b.mu.Unlock()
	b.tracker.UpdateTotal(int64(max(s.Arrived, 1)))
	b.tracker.SetValue(int64(s.finished() + s.Dead))
}
