package engine

// shipment is a batch of one queue that is ready to leave.
type shipment struct {
	queue   string
	entries []*entry
	tries   int
}

// post makes a shipment ready to leave.
func (o *outbox) post(s *shipment) {
	o.ready = append(o.ready, s)
	o.hire()
}

// hire adds a worker if there may be more of them and there is work.
func (o *outbox) hire() {
	if o.workers < o.pace.limit && len(o.ready) > 0 {
		o.workers++
		go o.work()
	}
}

// work makes one call after another, until there is nothing left to send or
// fewer calls are to be made at once.
func (o *outbox) work() {
	for s := o.take(); s != nil; s = o.take() {
		o.send(s)
	}
}

// take gives a worker its next shipment, or nil to end it.
func (o *outbox) take() *shipment {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.ready) == 0 {
		o.pace.starved()
	}
	if len(o.ready) == 0 || o.workers > o.pace.limit {
		o.workers--
		return nil
	}
	s := o.ready[0]
	o.ready[0] = nil
	o.ready = o.ready[1:]
	o.hire() // the limit may have risen
	return s
}

// learned is a copy of the pace, for the next outbox: calls of this one that were
// given up may still end.
func (o *outbox) learned() *pace {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := *o.pace
	return &p
}
