package cli

import "sync"

// mostBacklog is how many bytes may wait to be drawn, more or less.
const mostBacklog = 4 << 20

// backlog makes those wait who have more to say than a terminal takes: what waits
// to be drawn is in memory.
type backlog struct {
	mu    sync.Mutex
	less  sync.Cond
	bytes int
	over  bool // nothing is drawn any more
}

func newBacklog() *backlog {
	b := &backlog{}
	b.less.L = &b.mu
	return b
}

// add waits until there is room for more.
func (b *backlog) add(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.bytes >= mostBacklog && !b.over {
		b.less.Wait()
	}
	b.bytes += len(text)
}

// drawn says that what waited has been drawn.
func (b *backlog) drawn() { b.set(false) }

// end lets everybody go on.
func (b *backlog) end() { b.set(true) }

func (b *backlog) set(over bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes, b.over = 0, over
	b.less.Broadcast()
}
