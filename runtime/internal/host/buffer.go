package host

import "sync"

// keepBytes is the size of a buffer worth keeping.
const keepBytes = 256 << 10

// writeBuffer gathers frames for one writer: what comes while it writes leaves with
// its next write, together. Adding never blocks, so that nothing that reads from
// the host ever waits for the host to read.
type writeBuffer struct {
	mu      sync.Mutex
	pending []byte
	wake    chan struct{}
}

func newWriteBuffer() *writeBuffer { return &writeBuffer{wake: make(chan struct{}, 1)} }

// add lets a function append frames to what is to be written.
func (w *writeBuffer) add(frames func(to []byte) []byte) {
	w.mu.Lock()
	w.pending = frames(w.pending)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// take returns what is to be written. spare is memory for later frames.
func (w *writeBuffer) take(spare []byte) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	full := w.pending
	if cap(spare) > keepBytes {
		spare = nil
	}
	w.pending = spare[:0]
	return full
}
