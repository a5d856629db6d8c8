package queue

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// TestNothingIsLost runs thousands of random operations on a queue and its
// dead-letter queue. After each, every message must be in one state of one queue and
// in all lists that it belongs to. No message may be received while it is invisible,
// or out of its group's order. Only messages that were deleted, purged or expired may
// be gone.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, a := range []attrs{nil, {"FifoQueue": "true"}} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprintf("fifo=%t/%d", a != nil, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { newWalk(t, seed, a).run(1000) })
			})
		}
	}
}

// A walk runs random operations. Messages are identified by their bodies, because
// messages that a task moves get new IDs.
type walk struct {
	*testing.T
	random  *rand.Rand
	q, dead *Queue
	there   map[string]*fate  // sent, and not deleted
	handles map[string]string // of all receives: the attempts that they were part of
	taken   []taken
	sent    int
	moves   int // tasks that were started
}

// fate is the expected state of a message.
type fate struct {
	id       string
	receives int       // under this ID
	hidden   time.Time // until when nobody receives it
	sent     time.Time // as the queue says
}

// taken is one receive of a message.
type taken struct {
	q            *Queue
	body, handle string
}

const (
	walkReceives   = 4
	walkRetention  = 5 * time.Minute
	walkVisibility = 30 * time.Second
)

func newWalk(t *testing.T, seed uint64, a attrs) *walk {
	both := attrs{"MessageRetentionPeriod": fmt.Sprint(walkRetention.Seconds()), "VisibilityTimeout": fmt.Sprint(walkVisibility.Seconds())}
	for name, value := range a {
		both[name] = value
	}
	w := &walk{T: t, random: rand.New(rand.NewPCG(seed, 0)), there: map[string]*fate{}, handles: map[string]string{}}
	w.q, w.dead = pair(t, newService(), fmt.Sprint(walkReceives), both)
	return w
}

func (w *walk) run(steps int) {
	for range steps {
		w.step()
		synctest.Wait() // for tasks that move messages at this moment
		w.check()
	}
	w.finish()
}

func (w *walk) step() {
	switch n := w.random.IntN(40); {
	case n < 14:
		w.send()
	case n < 20:
		w.receive(w.q, w.request(""))
	case n < 22:
		w.receive(w.dead, w.request(""))
	case n < 25:
		w.receive(w.q, w.request(fmt.Sprint("attempt", w.random.IntN(3))))
	case n < 28:
		time.Sleep(w.upTo(8 * time.Second))
	case n < 33:
		w.change()
	case n < 37:
		w.delete()
	case n < 38:
		w.move()
	case n < 39:
		w.cancel()
	case w.random.IntN(8) == 0:
		w.purge()
	}
}

func (w *walk) upTo(d time.Duration) time.Duration { return time.Duration(w.random.Int64N(int64(d))) }

func (w *walk) send() {
	w.sent++
	m := Outgoing{Body: fmt.Sprint(w.sent)}
	if w.q.fifo {
		m.GroupID, m.DeduplicationID = fmt.Sprint(w.random.IntN(4)), m.Body
	} else if w.random.IntN(3) == 0 {
		delay := w.upTo(20 * time.Second)
		m.Delay = &delay
	}
	w.there[m.Body] = &fate{id: sendAs(w.T, w.q, m).ID}
}

// request is a random request to receive.
func (w *walk) request(attempt string) ReceiveRequest {
	r := ReceiveRequest{MaxMessages: 1 + w.random.IntN(4), Visibility: -1, Attempt: attempt}
	if w.random.IntN(3) == 0 {
		r.Visibility = w.upTo(40 * time.Second)
	}
	if w.random.IntN(20) == 0 {
		r.Visibility = 0
	}
	if !w.q.fifo {
		r.Attempt = ""
	}
	return r
}

func (w *walk) receive(q *Queue, r ReceiveRequest) {
	messages, err := q.receive(context.Background(), r)
	if err != nil && r.Attempt == "" { // an attempt may have changed in the meantime
		w.Fatal(err)
	}
	if r.Visibility < 0 {
		r.Visibility = walkVisibility
	}
	for i := range messages {
		w.got(q, &messages[i], r)
	}
	w.wantOrder(q, messages)
}

func (w *walk) got(q *Queue, m *Message, r ReceiveRequest) {
	now, f := time.Now(), w.there[m.Body]
	attempt, again := w.handles[m.ReceiptHandle]
	switch {
	case f == nil:
		w.Fatalf("%s was received after it had gone", m.Body)
	case again && (attempt == "" || attempt != r.Attempt):
		w.Fatalf("the receipt handle of %s was given out twice", m.Body)
	case !again && now.Before(f.hidden):
		w.Fatalf("%s was received, and is invisible for %v", m.Body, f.hidden.Sub(now))
	case m.ID != f.id && w.moves == 0:
		w.Fatalf("%s had the ID %s, and has %s", m.Body, f.id, m.ID)
	}
	if m.ID != f.id { // a task has moved it
		f.id, f.receives = m.ID, 0
	}
	if !again {
		f.receives++
		w.taken = append(w.taken, taken{q, m.Body, m.ReceiptHandle})
	}
	if m.ReceiveCount != f.receives || q == w.q && f.receives > walkReceives {
		w.Fatalf("receive %d of %s is counted as %d", f.receives, m.Body, m.ReceiveCount)
	}
	w.handles[m.ReceiptHandle] = r.Attempt
	f.hidden = now.Add(r.Visibility)
}

// wantOrder fails if the queue has a message that should have been received earlier.
func (w *walk) wantOrder(q *Queue, messages []Message) {
	if !q.fifo {
		return
	}
	last, received := map[string]uint64{}, map[uint64]bool{}
	for _, m := range messages {
		c := m.content
		if c.number <= last[c.group] {
			w.Fatalf("%s came after a later message of its group", m.Body)
		}
		last[c.group], received[c.number] = c.number, true
	}
	for number, m := range q.messages.byNumber {
		if number < last[m.group] && !received[number] {
			w.Fatalf("%s was overtaken", m.body)
		}
	}
}

func (w *walk) change() {
	if len(w.taken) == 0 {
		return
	}
	t := w.taken[w.random.IntN(len(w.taken))]
	timeout := w.upTo(30 * time.Second)
	if w.random.IntN(3) == 0 {
		timeout = 0
	}
	if t.q.ChangeVisibility(t.handle, timeout) == nil { // or it is too late
		w.there[t.body].hidden = time.Now().Add(timeout)
	}
}

// delete uses a handle that may be old. The queue reports whether the message is
// gone.
func (w *walk) delete() {
	if len(w.taken) == 0 {
		return
	}
	i := w.random.IntN(len(w.taken))
	t := w.taken[i]
	w.taken = append(w.taken[:i], w.taken[i+1:]...)
	before := len(t.q.messages.byNumber)
	_ = t.q.Delete(t.handle)
	if len(t.q.messages.byNumber) == before {
		return
	}
	if w.there[t.body] == nil {
		w.Fatalf("%s was deleted twice", t.body)
	}
	delete(w.there, t.body)
}

func (w *walk) move() {
	if _, err := w.q.service.StartMove(w.dead.arn, "", w.random.IntN(30)); err != nil {
		wantCode(w, err, sqserr.InvalidParameterValue) // one is running
		return
	}
	w.moves++
}

func (w *walk) cancel() {
	for _, t := range w.dead.moves {
		if t.Status != moveRunning {
			continue
		}
		if _, err := w.q.service.CancelMove(t.Handle); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *walk) purge() {
	q := []*Queue{w.q, w.dead}[w.random.IntN(2)]
	before := q.messages.byNumber
	if err := q.Purge(); err != nil {
		wantCode(w, err, sqserr.PurgeQueueInProgress)
		return
	}
	for _, m := range before {
		delete(w.there, m.body)
	}
}

func (w *walk) check() {
	w.Helper()
	now := w.q.service.lock()
	defer w.q.service.unlock()
	seen := map[string]bool{}
	for _, q := range []*Queue{w.q, w.dead} {
		q.advance(now)
		w.checkSums(q, now)
		for _, m := range q.messages.byNumber {
			f := w.there[m.body]
			if f == nil || seen[m.body] {
				w.Fatalf("%s is there although it has gone, or is there twice", m.body)
			}
			seen[m.body], f.sent = true, m.sent
		}
	}
	for body, f := range w.there {
		if seen[body] {
			continue
		}
		if now.Before(f.sent.Add(walkRetention)) {
			w.Fatalf("%s is lost", body)
		}
		delete(w.there, body)
	}
}

// checkSums counts the queue's messages one by one.
func (w *walk) checkSums(q *Queue, now time.Time) {
	w.Helper()
	stats := q.messages.stats()
	var counts [4]int
	flying := map[string]bool{}
	for _, m := range q.messages.byNumber {
		counts[m.state]++
		flying[m.group] = flying[m.group] || m.state == inFlight
		if m.state.timed() && !m.due.After(now) {
			w.Fatalf("%s was due at %v", m.id, m.due)
		}
	}
	if stats.Visible != counts[visible] || stats.InFlight != counts[inFlight] || stats.Delayed != counts[delayed] || counts[absent] != 0 {
		w.Fatalf("%s counts %+v, there are %v", q.name, stats, counts)
	}
	if q.messages.ages.Len() != len(q.messages.byNumber) || q.messages.timers.Len() != counts[inFlight]+counts[delayed] {
		w.Fatalf("%d messages, %d ages and %d timers", len(q.messages.byNumber), q.messages.ages.Len(), q.messages.timers.Len())
	}
	if m := q.messages.order.next(nil); q.fifo && m != nil && flying[m.group] {
		w.Fatalf("%s would be received although its group is in flight", m.id)
	}
}

// finish receives all remaining messages.
func (w *walk) finish() {
	w.cancel()
	for _, q := range []*Queue{w.q, w.dead} {
		for len(q.messages.byNumber) > 0 {
			messages := receiveFor(w.T, q, 100, time.Minute, -1)
			for i := range messages {
				w.got(q, &messages[i], ReceiveRequest{Visibility: walkVisibility})
				if err := q.Delete(messages[i].ReceiptHandle); err != nil {
					w.Fatal(err)
				}
				delete(w.there, messages[i].Body)
			}
			w.check()
		}
	}
	if len(w.there) > 0 {
		w.Fatalf("%d messages are lost", len(w.there))
	}
}
