package outbox

import "time"

const (
	// startCalls is the initial number of concurrent calls.
	startCalls = 16
	// MaxCalls is the maximum number of concurrent calls of an outbox. If a call
	// takes 8 ms, 128 of them send 160,000 messages per second.
	MaxCalls = 128
	// The minimum time for which a number of calls is measured before it is judged:
	// while it still doubles, between trials, and during a trial. Noise easily hides
	// the effect of a small change.
	doublingWindow = 20 * time.Millisecond
	steadyWindow   = 50 * time.Millisecond
	trialWindow    = 200 * time.Millisecond
	// steadyWindows is the number of windows between two trials.
	steadyWindows = 10
)

// Pace finds out how many concurrent calls an outbox should make: few if the latency is
// low or if more calls do not send more messages, many if the latency is high, and
// fewer if SQS throttles. It does not measure these causes. It measures how many
// messages per second are accepted, and tries more concurrent calls. It keeps them if
// the additional calls send at least a quarter of what the others send on average. In
// turn it tries fewer by the same rule. A throttled call halves the number.
//
// Windows in which the outbox had nothing to send are not judged. A pace is used by one
// outbox at a time and guarded by its mutex.
type Pace struct {
	limit   int     // concurrent calls
	kept    int     // limit before the trial
	base    float64 // messages per second with kept
	trial   int     // 1: trying more, -1: fewer, 0: no trial
	next    int     // the direction of the next trial
	steady  int     // windows until the next trial
	settled bool    // the number has stopped doubling
	skip    int     // calls that started before limit changed

	// Of the current window.
	began           time.Time
	calls, messages int // ended calls, and the messages that they sent
	idle            int // number of times that there was nothing to send
}

// NewPace returns a pace that starts with 16 concurrent calls.
func NewPace() *Pace { return &Pace{limit: startCalls, next: 1} }

// resume starts a window after a pause.
func (p *Pace) resume(now time.Time) {
	if p.trial != 0 {
		p.set(p.kept)
		p.trial = 0
	}
	p.base = 0
	p.openWindow(now)
}

func (p *Pace) openWindow(now time.Time) { p.began, p.calls, p.messages, p.idle = now, 0, 0, 0 }

// ended notes that a call has ended, and how many messages it sent.
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

// window returns the minimum time for which the current number is measured.
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

// judge decides what to try next, given the messages per second with the current
// number.
func (p *Pace) judge(rate float64) {
	switch {
	case p.trial > 0 && rate > p.base*p.worth():
		p.base = rate
		p.try(1)
	case p.trial < 0 && rate*p.worth() > p.base:
		p.base = max(p.base, rate) // otherwise many small losses would add up
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

// settle keeps a number until the next trial.
func (p *Pace) settle(limit int) {
	p.set(limit)
	p.settled, p.trial, p.steady, p.base = true, 0, steadyWindows, 0
}

// worth returns the minimum ratio between the rates of a larger and a smaller number
// for which the larger one is kept: a quarter of the relative increase of the number.
func (p *Pace) worth() float64 {
	if p.settled {
		return 1 + 0.25/4
	}
	return 1 + 1.0/4
}

// try starts a trial with more concurrent calls, or with fewer, if possible.
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

// set changes the number. Calls that started before are not measured.
func (p *Pace) set(limit int) {
	limit = min(max(limit, 1), MaxCalls)
	p.skip = max(p.limit, limit)
	p.limit = limit
}
