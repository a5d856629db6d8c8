package display

import "sync"

// maxBacklog is about how many bytes may wait to be drawn.
const maxBacklog = 4 << 20

// backlog bounds the memory of what waits to be drawn: whoever has more to say
// than a terminal displays has to wait.
type backlog struct {
	mu    sync.Mutex
	room  sync.Cond
	bytes int
	ended bool // nothing is drawn anymore
}

func newBacklog() *backlog {
	b := &backlog{}
	b.room.L = &b.mu
	return b
}

// add waits until there is room, and then counts text as waiting.
func (b *backlog) add(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.bytes >= maxBacklog && !b.ended {
		b.room.Wait()
	}
	b.bytes += len(text)
}

// drawn says that all that was waiting has been drawn.
func (b *backlog) drawn() { b.clear(false) }

// end releases everybody who is waiting, now and later.
func (b *backlog) end() { b.clear(true) }

func (b *backlog) clear(ended bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes, b.ended = 0, ended
	b.room.Broadcast()
}
