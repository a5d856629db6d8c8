package fault

import (
	"slices"
	"time"
)

// settle judges the reply to a batch, at the moment when it is carried out.
func (l *ledger) settle(p *process, batch []*delivery, failed map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.spoiled[p]) {
		for _, d := range batch {
			d.hurt = true
		}
	}
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
	case l.job.did(d):
		l.item(d.id).handled = true
	case l.ignores(d.step) && l.job.fails(d) && !l.job.steers(d.id):
		l.item(d.id).ignored = true
	default:
		l.violate("%s was acknowledged at attempt %d and not handled", d.id, d.attempt)
	}
	if missing := l.job.owes(d.id, d.accepted); missing != "" {
		l.violate("%s was acknowledged at attempt %d, and %s, which it generated, was never sent", d.id, d.attempt, missing)
	}
}

func (l *ledger) ignores(name string) bool {
	return slices.ContainsFunc(l.job.steps(), func(s step) bool { return s.name == name && s.ignoreErrors })
}

// fails tells whether an attempt may fail by its handler's doing.
func (l *ledger) fails(d *delivery) bool { return d.hurt || l.job.fails(d) }

func (l *ledger) settleDead(before []*delivery, d *delivery, failed map[string]bool) {
	if !l.job.drops(d.id) && d.attempt < l.maxAttempts {
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
	if l.fails(d) || d.refused {
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
	finished := d.handled && l.job.owes(d.id, d.confirmed) == ""
	switch {
	case !overdue(d) || !finished || d.progress.Sub(d.at) > timeout/4 || l.fails(d) || d.refused:
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
// the dead-letter queues, as IDs, with their items.
func (l *ledger) close(dead map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for message, id := range dead {
		l.item(id).dead = true
		if _, gaveUp := l.deliveries[key(message, l.maxAttempts)]; !l.job.drops(id) && !gaveUp {
			l.violate("%s is a dead letter before its last attempt", id)
		}
	}
	for id, h := range l.items {
		if h.queued && !h.handled && !h.dead && !h.ignored {
			l.violate("%s is lost: it was accepted, and neither handled nor dead-lettered", id)
		}
	}
	l.job.last(l)
}
