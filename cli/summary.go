package cli

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// summary is a row's figures while it works: what matters most first, as the
// end is cut off where lines are short.
func summary(r row) string {
	var text []string
	for _, figure := range []struct {
		items int
		what  string
	}{
		{r.Dead, "dead"}, {r.Failed, "failed"}, {r.Succeeded + r.Ignored, "done"},
		{r.InFlight, "in flight"}, {r.Waiting, "waiting"}, {r.Delayed, "delayed"},
	} {
		if figure.items > 0 || figure.what == "done" {
			text = append(text, fmt.Sprintf("%d %s", figure.items, figure.what))
		}
	}
	return strings.Join(text, ", ")
}

// pause says when a step goes on of which all that is left waits for its time:
// after a function was killed, nothing may move for minutes.
func pause(r row) string {
	if r.DueIn == 0 {
		return ""
	}
	back := "1 item comes back"
	if n := r.InFlight + r.Delayed; n > 1 {
		back = count(n, "item") + " come back, the first"
	}
	return fmt.Sprintf("; %s in %s", back, span(time.Duration(r.DueIn*float64(time.Millisecond))))
}

// span is a time to come, in whole seconds up to two minutes.
func span(d time.Duration) string {
	seconds := math.Ceil(d.Seconds())
	switch {
	case seconds < 120:
		return fmt.Sprintf("%.0f s", seconds)
	case seconds < 7200:
		return fmt.Sprintf("%.0f min", seconds/60)
	}
	return fmt.Sprintf("%.0f h", seconds/3600)
}

// pace is how fast a step works. Its zero value has seen nothing.
type pace struct {
	done int
	rate float64 // items per second, smoothed over a few of them
}

// smoothing is how many seconds a rate looks back.
const smoothing = 3

// note takes the number of items done by now, and the seconds since the last.
func (p *pace) note(done int, elapsed float64) {
	if elapsed <= 0 {
		return
	}
	now := float64(done-p.done) / elapsed
	if p.done == 0 {
		p.rate = now
	}
	p.rate += (now - p.rate) * (1 - math.Exp(-elapsed/smoothing))
	p.done = done
}

// left tells how long so many items take, where that can be told.
func (p *pace) left(items int) string {
	if items == 0 || p.rate < 0.01 {
		return ""
	}
	return ", " + span(time.Duration(float64(items)/p.rate*float64(time.Second))) + " left"
}
