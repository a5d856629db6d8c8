package engine

import "time"

const (
	// startCalls is how many calls at once an outbox begins with.
	startCalls = 16
	// maxCalls bounds them: with 8 ms each, 128 carry 160,000 items a second.
	maxCalls = 128
	// shortLook and longLook are the least time for which a number of calls is
	// watched before it is judged, while it still doubles and afterwards.
	shortLook = 20 * time.Millisecond
	longLook  = 50 * time.Millisecond
	// restLooks is for how many looks a number that was found stays untouched.
	restLooks = 20
)

// pace finds out how many calls an outbox should make at once: few where the
// service is near, or takes no more however many ask it; many where it is far;
// fewer when it throttles. It knows none of these causes. It watches how many
// items a second are accepted, tries more calls at once, and stays with them if
// the further calls bring at least a quarter of what the others do on average;
// then it tries fewer by the same rule. A throttled call halves the number.
//
// Time in which the outbox had nothing to send tells nothing and is not judged.
// A pace is used by one outbox at a time and guarded by its mutex.
type pace struct {
	limit   int     // calls at once
	kept    int     // the number that a trial began with
	base    float64 // items a second with it
	trial   int     // 1: trying more, -1: fewer, 0: resting
	rest    int     // looks until the next trial
	settled bool    // the number has stopped doubling
	skip    int     // calls that began before the number changed

	began        time.Time // of the look
	calls, items int
	idle         int // how often there was nothing to send
}

func newPace() *pace { return &pace{limit: startCalls} }

// resume begins a look after a pause.
func (p *pace) resume(now time.Time) {
	if p.trial != 0 {
		p.set(p.kept)
		p.trial = 0
	}
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
		p.set(max(1, p.limit/2))
		p.settled, p.trial, p.rest = true, 0, restLooks
		return
	}
	p.calls++
	p.items += items
	took, least := now.Sub(p.began), shortLook
	if p.settled {
		least = longLook
	}
	if p.calls < 2*p.limit || took < least {
		return
	}
	if p.idle <= p.calls/8 {
		p.judge(float64(p.items) / took.Seconds())
		p.open(now)
	} else {
		p.resume(now)
	}
}

// starved hears that there was nothing to send.
func (p *pace) starved() { p.idle++ }

// judge decides what follows from the items a second of the present number.
func (p *pace) judge(rate float64) {
	switch {
	case p.trial > 0 && rate > p.base*p.worth():
		p.base = rate
		p.try(1)
	case p.trial > 0:
		p.set(p.kept)
		p.settled = true
		p.try(-1)
	case p.trial < 0 && rate*p.worth() > p.base:
		p.base = max(p.base, rate) // or many small losses would add up
		p.try(-1)
	case p.trial < 0:
		p.set(p.kept)
		p.trial, p.rest = 0, restLooks
	default:
		p.base = rate
		if p.rest--; p.rest < 0 {
			p.try(1)
		}
	}
}

// worth is the ratio between the rates of a larger and a smaller number from
// which on the larger one pays: a quarter of the ratio between the numbers.
func (p *pace) worth() float64 {
	if p.settled {
		return 1 + 0.25/4
	}
	return 1 + 1.0/4
}

// try goes on to more calls at once, or to fewer.
func (p *pace) try(direction int) {
	p.kept, p.trial = p.limit, direction
	switch {
	case direction > 0 && !p.settled:
		p.set(p.limit * 2)
	case direction > 0:
		p.set(max(p.limit+1, p.limit*5/4))
	default:
		p.set(min(p.limit-1, p.limit*4/5))
	}
}

// set changes the number. What is on its way until all are in step is not
// judged.
func (p *pace) set(limit int) {
	limit = min(max(limit, 1), maxCalls)
	p.skip = max(p.limit, limit)
	p.limit = limit
}
