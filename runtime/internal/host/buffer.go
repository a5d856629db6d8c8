package host

import "sync"

// keepBytes is the largest capacity of a buffer that is reused.
const keepBytes = 256 << 10

// writeBuffer collects frames for one writer. Frames that are added during a write are
// written together by the next one. Adding never blocks, so that no goroutine that
// reads from the host waits until the host reads.
type writeBuffer struct {
	mu      sync.Mutex
	pending []byte
	wake    chan struct{}
}

func newWriteBuffer() *writeBuffer { return &writeBuffer{wake: make(chan struct{}, 1)} }

// add lets a function append frames to the pending ones.
func (w *writeBuffer) add(frames func(to []byte) []byte) {
	w.mu.Lock()
	w.pending = frames(w.pending)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// take returns the pending frames. spare is memory for later frames.
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
