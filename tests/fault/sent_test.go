package fault

import "time"

// sent is one message of a call to SQS.
type sent struct {
	process     *process
	queue, body string
	message     string // on a dead letter, the one that died
	attempt     int
}

// origins are the deliveries whose handlers have generated a message. Where it
// does not tell, they are those that its process works on and that may.
func (l *ledger) origins(s sent) (id string, from []*delivery) {
	step, _ := stepOf(s.queue)
	it := l.job.read(step, s.body)
	if d := l.deliveries[it.By]; d != nil {
		return it.ID, []*delivery{d}
	}
	for _, d := range l.current[s.process] {
		if it.By == "" && l.job.generates(d.id, it.ID) {
			from = append(from, d)
		}
	}
	return it.ID, from
}

// died is the delivery that a dead letter is about, if it is one.
func (l *ledger) died(s sent) (d *delivery, dead bool) {
	_, dead = stepOf(s.queue)
	if dead {
		d = l.deliveries[key(s.message, s.attempt)]
	}
	return d, dead
}

// took takes note of what SQS took.
func (l *ledger) took(s sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, from := l.origins(s)
	if d, dead := l.died(s); dead {
		l.item(id).dead = true
		if d != nil {
			d.buried = true
		}
		return
	}
	step, _ := stepOf(s.queue)
	h := l.item(id)
	for _, s := range l.job.steps() {
		h.queued = h.queued || s.read && s.name == step
	}
	for _, d := range from {
		d.accepted[id] = true
	}
}

// confirmed takes note of what SQS answered that it took.
func (l *ledger) confirmed(s sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, from := l.origins(s)
	for _, d := range from {
		d.confirmed[id], d.progress = true, time.Now()
	}
}

// refused takes note of what SQS refused for good.
func (l *ledger) refused(s sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, from := l.origins(s)
	if d, dead := l.died(s); dead {
		from = nil
		if d != nil {
			from = []*delivery{d}
		}
	}
	for _, d := range from {
		d.refused = true
	}
}
