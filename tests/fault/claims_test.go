package fault

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// settle judges the reply to a batch, at the moment when it is carried out.
func (l *ledger) settle(batch []*delivery, failed map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, d := range batch {
		l.countNeighbour(d, failed[d.message])
		switch {
		case failed[d.message]:
			if !l.excused(batch[:i], d, failed) {
				l.violate("%s failed at attempt %d without a reason of its own", d.id, d.attempt)
			}
		case d.buried:
			l.settleDead(batch[:i], d, failed)
		default:
			l.settleDone(d)
		}
	}
}

// settleDone wants of an item that is acknowledged that it was handled, and
// that everything that it generated exists.
func (l *ledger) settleDone(d *delivery) {
	switch {
	case d.handled:
	case l.ignoreErrors && l.fails(d.id, d.attempt) && !l.steers(d.id):
		l.item(d.id).ignored = true
	default:
		l.violate("%s was acknowledged at attempt %d and not handled", d.id, d.attempt)
	}
	for _, c := range l.children(d.id) {
		if !d.accepted[c.id] {
			l.violate("%s was acknowledged at attempt %d, and %s, which it generated, was never sent", d.id, d.attempt, c.id)
		}
	}
}

func (l *ledger) settleDead(before []*delivery, d *delivery, failed map[string]bool) {
	if l.mannerOf(d.id) != drops && d.attempt < l.maxAttempts {
		l.violate("%s is a dead letter after attempt %d of %d", d.id, d.attempt, l.maxAttempts)
	}
	if !l.excused(before, d, failed) {
		l.violate("%s is a dead letter without a reason of its own", d.id)
	}
}

// excused tells whether an item may have failed: its own handler failed, or one
// of its own sends was refused for good, or it was not finished when the time
// was over, or an item before it in its FIFO group came back.
func (l *ledger) excused(before []*delivery, d *delivery, failed map[string]bool) bool {
	if l.fails(d.id, d.attempt) || d.refused {
		return true
	}
	return overdue(d) || slices.ContainsFunc(before, func(b *delivery) bool {
		return l.fifo && b.group == d.group && failed[b.message]
	})
}

// overdue tells whether the batch lasted until shortly before the deadline.
func overdue(d *delivery) bool { return time.Since(d.at) > timeout*7/10 }

// countNeighbour counts the items that were finished long before the deadline,
// in batches that lasted until then. They should stand. But the ledger sees the
// answer leave and not arrive: on a machine that is too busy it may come too
// late, so that a few may fail.
func (l *ledger) countNeighbour(d *delivery, failed bool) {
	finished := d.handled && len(d.confirmed) == len(l.children(d.id))
	switch {
	case !overdue(d) || !finished || d.progress.Sub(d.at) > timeout/4 || l.fails(d.id, d.attempt) || d.refused:
	case failed:
		l.stats.add(neighboursFailed, 1)
	default:
		l.stats.add(neighboursDone, 1)
	}
}

const (
	neighboursFailed = "neighbours of overdue items failed"
	neighboursDone   = "neighbours of overdue items done"
)

// close judges the end, when the queues are drained: dead are the messages in
// the dead-letter queue, as IDs, with their items.
func (l *ledger) close(dead map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for message, id := range dead {
		l.item(id).dead = true
		if _, gaveUp := l.deliveries[key(message, l.maxAttempts)]; l.mannerOf(id) != drops && !gaveUp {
			l.violate("%s is a dead letter before its last attempt", id)
		}
	}
	for id, h := range l.items {
		if h.queue == workQueue(l.fifo) && !h.handled && !h.dead && !h.ignored {
			l.violate("%s is lost: it was accepted, and neither handled nor dead-lettered", id)
		}
	}
	l.inOrder("began", l.began)
	l.inOrder("were handled", l.order)
}

// inOrder wants the numbered items of each FIFO group in order, but for those
// that are dead.
func (l *ledger) inOrder(what string, ids []string) {
	last := map[string]int{}
	for _, id := range ids {
		parts := strings.Split(id, "/")
		if !l.fifo || len(parts) != 3 || l.items[id].dead {
			continue
		}
		n, _ := strconv.Atoi(parts[2])
		if before, ok := last[parts[1]]; ok && n < before {
			l.violate("items %d and %d of the group %s %s in this order", before, n, parts[1], what)
		}
		last[parts[1]] = n
	}
}
