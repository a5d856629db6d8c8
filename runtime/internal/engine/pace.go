package engine

import "time"

const (
	// startCalls is how many calls at once an outbox begins with.
	startCalls = 16
	// maxCalls bounds them: with 8 ms each, 128 carry 160,000 items a second.
	maxCalls = 128
	// The least time for which a number of calls is watched before it is judged:
	// while it still doubles; resting; trying another. What a small change brings
	// is soon hidden by noise.
	shortLook = 20 * time.Millisecond
	restLook  = 50 * time.Millisecond
	trialLook = 200 * time.Millisecond
	// restLooks is for how many looks a number that was found stays untouched.
	restLooks = 10
)

// pace finds out how many calls an outbox should make at once: few where the
// service is near, or takes no more however many ask it; many where it is far;
// fewer when it throttles. It knows none of these causes. It watches how many
// items a second are accepted, tries more calls at once, and stays with them if
// the further calls bring at least a quarter of what the others do on average;
// in turn it tries fewer by the same rule. A throttled call halves the number.
//
// Time in which the outbox had nothing to send tells nothing and is not judged.
// A pace is used by one outbox at a time and guarded by its mutex.
type pace struct {
	limit   int     // calls at once
	kept    int     // the number that a trial began with
	base    float64 // items a second with it
	trial   int     // 1: trying more, -1: fewer, 0: resting
	next    int     // what to try after resting
	rest    int     // looks until the next trial
	settled bool    // the number has stopped doubling
	skip    int     // calls that began before the number changed

	began        time.Time // of the look
	calls, items int
	idle         int // how often there was nothing to send
}

func newPace() *pace { return &pace{limit: startCalls, next: 1} }

// resume begins a look after a pause.
func (p *pace) resume(now time.Time) {
	if p.trial != 0 {
		p.set(p.kept)
		p.trial = 0
	}
	p.base = 0
	p.open(now)
}

func (p *pace) open(now time.Time) { p.began, p.calls, p.items, p.idle = now, 0, 0, 0 }

// ended hears of a call that has ended, and how many items it brought.
func (p *pace) ended(now time.Time, items int, throttled bool) {
	if p.skip > 0 {
		if p.skip--; p.skip == 0 {
			p.open(now)
		}
		return
	}
	if throttled {
		p.next = 1
		p.settle(max(1, p.limit/2))
		return
	}
	p.calls++
	p.items += items
	took := now.Sub(p.began)
	if p.calls < 2*p.limit || took < p.look() {
		return
	}
	if p.idle <= p.calls/8 {
		p.judge(float64(p.items) / took.Seconds())
		p.open(now)
	} else {
		p.resume(now)
	}
}

// look is the least time for which the present number is watched.
func (p *pace) look() time.Duration {
	switch {
	case !p.settled:
		return shortLook
	case p.trial == 0:
		return restLook
	}
	return trialLook
}

// starved hears that there was nothing to send.
func (p *pace) starved() { p.idle++ }

// judge decides what follows from the items a second of the present number.
func (p *pace) judge(rate float64) {
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
		if p.rest--; p.rest < 0 {
			p.try(p.next)
		}
	}
}

// settle rests at a number.
func (p *pace) settle(limit int) {
	p.set(limit)
	p.settled, p.trial, p.rest, p.base = true, 0, restLooks, 0
}

// worth is the ratio between the rates of a larger and a smaller number from
// which on the larger one pays: a quarter of the ratio between the numbers.
func (p *pace) worth() float64 {
	if p.settled {
		return 1 + 0.25/4
	}
	return 1 + 1.0/4
}

// try goes on to more calls at once, or to fewer, if there is such a number.
func (p *pace) try(direction int) {
	limit := min(p.limit-1, p.limit*4/5)
	switch {
	case direction > 0 && !p.settled:
		limit = p.limit * 2
	case direction > 0:
		limit = max(p.limit+1, p.limit*5/4)
	}
	if limit < 1 || p.limit == maxCalls && direction > 0 {
		p.next = -direction
		p.settle(p.limit)
		return
	}
	p.kept, p.trial = p.limit, direction
	p.set(limit)
}

// set changes the number. What is on its way until all are in step is not
// judged.
func (p *pace) set(limit int) {
	limit = min(max(limit, 1), maxCalls)
	p.skip = max(p.limit, limit)
	p.limit = limit
}
