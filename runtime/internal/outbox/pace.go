package outbox

import "time"

const (
	// startCalls is how many calls at once an outbox begins with.
	startCalls = 16
	// MaxCalls bounds the calls that an outbox makes at once: with 8 ms each, 128
	// carry 160,000 messages a second.
	MaxCalls = 128
	// The minimum time for which a number of calls is watched before it is judged:
	// while it still doubles; between trials; during a trial. Noise soon hides the
	// effect of a small change.
	doublingWindow = 20 * time.Millisecond
	steadyWindow   = 50 * time.Millisecond
	trialWindow    = 200 * time.Millisecond
	// steadyWindows is for how many windows a number that was found is kept.
	steadyWindows = 10
)

// Pace finds out how many calls an outbox should make at once: few where the
// service is near, or accepts no more however many calls there are; many where it
// is far; fewer when it throttles. It knows none of these causes. It watches how
// many messages a second are accepted, tries more calls at once, and keeps them if
// the additional calls carry at least a quarter of what the others do on average;
// in turn it tries fewer by the same rule. A throttled call halves the number.
//
// Time in which the outbox had nothing to send says nothing and is not judged.
// A pace is used by one outbox at a time and guarded by its mutex.
type Pace struct {
	limit   int     // calls at once
	kept    int     // the number that a trial began with
	base    float64 // messages a second with it
	trial   int     // 1: trying more, -1: fewer, 0: no trial
	next    int     // the direction of the next trial
	steady  int     // windows until the next trial
	settled bool    // the number has stopped doubling
	skip    int     // calls that began before the number changed

	// Of the present window.
	began           time.Time
	calls, messages int // that ended, and what they carried
	idle            int // how often there was nothing to send
}

// NewPace makes a pace that begins with 16 calls at once.
func NewPace() *Pace { return &Pace{limit: startCalls, next: 1} }

// resume begins a window after a pause.
func (p *Pace) resume(now time.Time) {
	if p.trial != 0 {
		p.set(p.kept)
		p.trial = 0
	}
	p.base = 0
	p.openWindow(now)
}

func (p *Pace) openWindow(now time.Time) { p.began, p.calls, p.messages, p.idle = now, 0, 0, 0 }

// ended notes that a call has ended, and how many messages it carried.
func (p *Pace) ended(now time.Time, messages int, throttled bool) {
	if p.skip > 0 {
		if p.skip--; p.skip == 0 {
			p.openWindow(now)
		}
		return
	}
	if throttled {
		p.next = 1
		p.settle(max(1, p.limit/2))
		return
	}
	p.calls++
	p.messages += messages
	took := now.Sub(p.began)
	if p.calls < 2*p.limit || took < p.window() {
		return
	}
	if p.idle <= p.calls/8 {
		p.judge(float64(p.messages) / took.Seconds())
		p.openWindow(now)
	} else {
		p.resume(now)
	}
}

// window is the minimum time for which the present number is watched.
func (p *Pace) window() time.Duration {
	switch {
	case !p.settled:
		return doublingWindow
	case p.trial == 0:
		return steadyWindow
	}
	return trialWindow
}

// starved notes that there was nothing to send.
func (p *Pace) starved() { p.idle++ }

// judge decides what follows from the messages a second of the present number.
func (p *Pace) judge(rate float64) {
	switch {
	case p.trial > 0 && rate > p.base*p.worth():
		p.base = rate
		p.try(1)
	case p.trial < 0 && rate*p.worth() > p.base:
		p.base = max(p.base, rate) // or many small losses would add up
		p.try(-1)
	case p.trial != 0:
		p.next = -p.trial
		p.settle(p.kept)
	default:
		if p.base == 0 {
			p.base = rate
		}
		p.base += (rate - p.base) / 4
		if p.steady--; p.steady < 0 {
			p.try(p.next)
		}
	}
}

// settle keeps a number for a while.
func (p *Pace) settle(limit int) {
	p.set(limit)
	p.settled, p.trial, p.steady, p.base = true, 0, steadyWindows, 0
}

// worth is the ratio between the rates of a larger and a smaller number from
// which on the larger one is worth it: a quarter of the ratio between the numbers.
func (p *Pace) worth() float64 {
	if p.settled {
		return 1 + 0.25/4
	}
	return 1 + 1.0/4
}

// try goes on to more calls at once, or to fewer, if there is such a number.
func (p *Pace) try(direction int) {
	limit := min(p.limit-1, p.limit*4/5)
	switch {
	case direction > 0 && !p.settled:
		limit = p.limit * 2
	case direction > 0:
		limit = max(p.limit+1, p.limit*5/4)
	}
	if limit < 1 || p.limit == MaxCalls && direction > 0 {
		p.next = -direction
		p.settle(p.limit)
		return
	}
	p.kept, p.trial = p.limit, direction
	p.set(limit)
}

// set changes the number. Calls that began before are not judged.
func (p *Pace) set(limit int) {
	limit = min(max(limit, 1), MaxCalls)
	p.skip = max(p.limit, limit)
	p.limit = limit
}
