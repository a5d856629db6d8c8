package engine

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// Back-off between attempts to send the same entries.
const (
	firstRest = 50 * time.Millisecond
	longRest  = 5 * time.Second
)

// send makes one call and sorts out its answer. A call that failed as a whole
// may have been carried out all the same: then its items come twice, which
// at-least-once delivery allows; losing one is not allowed.
func (o *outbox) send(s *shipment) {
	ctx, cancel := context.WithTimeout(o.ctx, callTimeout)
	messages := make([]*Message, len(s.entries))
	for i, e := range s.entries {
		messages[i] = &e.Message
	}
	sent, err := o.sqs.Send(ctx, s.queue, messages)
	cancel()
	o.learn(sent, err)
	defer o.follow(s.queue)
	switch {
	case err == nil:
		o.sort(s, sent)
	case o.ctx.Err() != nil:
		o.lose(s.entries, o.reason())
	case isAboutQueue(err), isPermanent(err) && len(s.entries) == 1:
		o.lose(s.entries, err)
	case isPermanent(err):
		o.split(s)
	default:
		o.rest(s, s.entries)
	}
}

// learn tells the pace how a call went.
func (o *outbox) learn(sent []Sent, err error) {
	accepted, throttled := 0, isThrottled(err)
	for _, s := range sent {
		if s.Err == nil {
			accepted++
		}
		throttled = throttled || isThrottled(s.Err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pace.ended(time.Now(), accepted, throttled)
}

// sort ends the entries that were accepted, loses those that never will be, and
// tries the others again, alone.
func (o *outbox) sort(s *shipment, sent []Sent) {
	var again []*entry
	for i, e := range s.entries {
		switch {
		case sent[i].Err == nil:
			o.finish(e, sent[i].ID, nil)
			o.next(e)
		case isPermanent(sent[i].Err):
			o.lose(s.entries[i:i+1], sent[i].Err)
		default:
			again = append(again, e)
		}
	}
	if len(again) > 0 {
		o.rest(s, again)
	}
}

// lose ends entries that cannot be sent.
func (o *outbox) lose(entries []*entry, err error) {
	for _, e := range entries {
		o.finish(e, "", err)
		o.next(e)
	}
}

// split finds out which entry a batch was refused for: each goes alone.
func (o *outbox) split(s *shipment) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range s.entries {
		o.post(&shipment{queue: s.queue, entries: s.entries[i : i+1], tries: s.tries})
	}
}

// rest sends entries again after a while. They keep their place before the
// other entries of their groups.
func (o *outbox) rest(s *shipment, entries []*entry) {
	again := &shipment{queue: s.queue, entries: entries, tries: s.tries + 1}
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		o.lose(entries, o.reason())
		return
	}
	defer o.mu.Unlock()
	o.resting[again] = time.AfterFunc(jitter(exponential(firstRest, longRest, again.tries)), func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if _, resting := o.resting[again]; resting {
			delete(o.resting, again)
			o.post(again)
		}
	})
}

// next lets the next entry of a FIFO group go, now that e has ended. At most one
// entry of a group is in a batch, since a batch may be accepted in part, and the
// accepted part would then overtake the rest. Entries of an item that has lost
// one are not sent: they would overtake the lost one, and the item comes back
// to generate them all again.
func (o *outbox) next(e *entry) {
	if !wire.IsFIFO(e.queue) {
		return
	}
	key := groupKey{e.queue, e.Group}
	var doomed []*entry
	o.mu.Lock()
	behind := o.groups[key]
	for len(behind) > 0 && behind[0].doomed() {
		doomed = append(doomed, behind[0])
		behind = behind[1:]
	}
	if len(behind) == 0 {
		delete(o.groups, key)
	} else {
		o.groups[key] = behind[1:]
		o.load(behind[0])
	}
	o.mu.Unlock()
	for _, e := range doomed {
		o.finish(e, "", errDoomed)
	}
}

// follow lets go what next has loaded behind a batch: it has waited for the
// whole of a call, and must not wait for more to come.
func (o *outbox) follow(queue string) {
	if !wire.IsFIFO(queue) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if l := o.lanes[queue]; l != nil {
		o.ship(l)
	}
}

// exponential is the delay before the try after the given one, which counts
// from 1: first, doubled for each further one, and at most longest.
func exponential(first, longest time.Duration, try int) time.Duration {
	for ; try > 1 && first > 0 && first < longest; try-- {
		first *= 2
	}
	return min(first, longest)
}

// jitter takes up to half of a delay away, so that what failed together does
// not come back together.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d - rand.N(d/2+1)
}
