package display

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// summary returns a step's figures while it works. The most important ones are
// first, because a narrow terminal cuts off the end of the line.
func summary(s Step) string {
	var figures []string
	for _, figure := range []struct {
		items int
		state string
	}{
		{s.Dead, "dead"}, {s.Failed, "failed"}, {s.finished(), "done"},
		{s.InFlight, "in flight"}, {s.Waiting, "waiting"}, {s.Delayed, "delayed"},
	} {
		if figure.items > 0 || figure.state == "done" {
			figures = append(figures, fmt.Sprintf("%d %s", figure.items, figure.state))
		}
	}
	return strings.Join(figures, ", ")
}

// due returns when a step continues if all its items are invisible or delayed: after
// a function was killed, nothing may happen for minutes. It is empty for other steps.
func due(s Step) string {
	if s.DueIn == 0 {
		return ""
	}
	items := "1 item due"
	if n := s.InFlight + s.Delayed; n > 1 {
		items = Count(n, "item") + " due, the first"
	}
	return fmt.Sprintf("%s in %s", items, wholeUnits(time.Duration(s.DueIn*float64(time.Millisecond))))
}

// throughput is how fast a step works. Its zero value is ready to use.
type throughput struct {
	finished int
	rate     float64 // items per second, smoothed
}

// smoothing is how many seconds a rate looks back.
const smoothing = 3

// observe updates the rate with the number of items finished by now, and the
// seconds since it was last called.
func (t *throughput) observe(finished int, elapsed float64) {
	if elapsed <= 0 {
		return
	}
	current := float64(finished-t.finished) / elapsed
	if t.finished == 0 {
		t.rate = current
	}
	t.rate += (current - t.rate) * (1 - math.Exp(-elapsed/smoothing))
	t.finished = finished
}

// remaining returns how long that many items take at this rate. It is empty if the
// rate is too low to tell.
func (t *throughput) remaining(items int) string {
	if items == 0 || t.rate < 0.01 {
		return ""
	}
	return ", " + wholeUnits(time.Duration(float64(items)/t.rate*float64(time.Second))) + " left"
}
