package host

import "sync"

// keepBytes is the size of a buffer worth keeping.
const keepBytes = 256 << 10

// outbox gathers frames for one writer: what comes while it writes leaves with
// its next write, together. Adding never blocks, so that nothing that reads from
// the host ever waits for the host to read.
type outbox struct {
	mu      sync.Mutex
	pending []byte
	wake    chan struct{}
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// add lets a function append frames to what is to be written.
func (o *outbox) add(frames func(to []byte) []byte) {
	o.mu.Lock()
	o.pending = frames(o.pending)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take returns what is to be written. spare is memory for what comes next.
func (o *outbox) take(spare []byte) []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	full := o.pending
	if cap(spare) > keepBytes {
		spare = nil
	}
	o.pending = spare[:0]
	return full
}

// write writes to the process as long as it is there.
func (p *process) write() {
	var written []byte
	for {
		select {
		case <-p.outbox.wake:
		case <-p.gone:
			return
		}
		written = p.outbox.take(written)
		if _, err := p.conn.Write(written); err != nil {
			return // it is about to end; whoever reads from it will notice
		}
	}
}
