package fault

import (
	"slices"
	"time"
)

// judgeReply judges the reply to a batch at the moment when it is carried out. failed has
// the IDs of the messages that the reply reports.
func (l *ledger) judgeReply(p *process, batch []*delivery, failed map[string]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.excusedUntil[p]) {
		for _, d := range batch {
			d.excused = true
		}
	}
	for i, d := range batch {
		l.countFinishedEarly(d, failed[d.message])
		switch {
		case failed[d.message]:
			if !l.hasReason(batch[:i], d, failed) {
				l.violateLocked("%s failed at attempt %d without a reason", d.id, d.attempt)
			}
		case d.deadLettered:
			l.judgeDeadLetter(batch[:i], d, failed)
		default:
			l.judgeAcknowledged(d)
		}
	}
}

// judgeAcknowledged checks that an acknowledged item was handled, and that SQS has accepted
// everything that this attempt generated.
func (l *ledger) judgeAcknowledged(d *delivery) {
	switch {
	case l.job.hasEffect(d):
		l.historyOf(d.id).handled = true
	case l.ignoresErrors(d.step) && l.job.mayFail(d) && !l.job.decidesOutcome(d.id):
		l.historyOf(d.id).ignored = true
	default:
		l.violateLocked("%s was acknowledged at attempt %d and not handled", d.id, d.attempt)
	}
	if missing := l.job.missing(d.id, d.accepted); missing != "" {
		l.violateLocked("%s was acknowledged at attempt %d, and %s, which it generated, was never sent", d.id, d.attempt, missing)
	}
}

// ignoresErrors reports whether IgnoreErrors is set for a step.
func (l *ledger) ignoresErrors(name string) bool {
	return slices.ContainsFunc(l.job.steps(), func(s step) bool { return s.name == name && s.ignoreErrors })
}

// mayFail reports whether the handler of a delivery may fail.
func (l *ledger) mayFail(d *delivery) bool { return d.excused || l.job.mayFail(d) }

// judgeDeadLetter checks that a dead-lettered item was dropped, or has exhausted its
// attempts.
func (l *ledger) judgeDeadLetter(before []*delivery, d *delivery, failed map[string]bool) {
	if !l.job.drops(d.id) && d.attempt < l.scenario.maxAttempts {
		l.violateLocked("%s is a dead letter after attempt %d of %d", d.id, d.attempt, l.scenario.maxAttempts)
	}
	if !l.hasReason(before, d, failed) {
		l.violateLocked("%s is a dead letter without a reason", d.id)
	}
}

// hasReason reports whether an item may have failed: its own handler failed, or one of
// its own sends was refused for good, or it had not finished at the deadline, or an
// earlier item of its FIFO group failed. before are the deliveries in front of it.
func (l *ledger) hasReason(before []*delivery, d *delivery, failed map[string]bool) bool {
	if l.mayFail(d) || d.refused {
		return true
	}
	return overdue(d) || slices.ContainsFunc(before, func(b *delivery) bool {
		return l.scenario.fifo && b.group == d.group && failed[b.message]
	})
}

// overdue reports whether the batch lasted until shortly before the deadline.
func overdue(d *delivery) bool { return time.Since(d.receivedAt) > timeout*7/10 }

// countFinishedEarly counts the items that had finished long before the deadline, in
// batches that lasted until then. They should not fail. But the ledger sees when an
// answer of SQS leaves, not when it arrives: on a busy machine it may arrive too late,
// so stats.check allows a few failures.
func (l *ledger) countFinishedEarly(d *delivery, failed bool) {
	finished := d.handled && l.job.missing(d.id, d.confirmed) == ""
	switch {
	case !overdue(d) || !finished || d.lastProgress.Sub(d.receivedAt) > timeout/4 || l.mayFail(d) || d.refused:
	case failed:
		l.stats.add(finishedEarlyFailed, 1)
	default:
		l.stats.add(finishedEarlySucceeded, 1)
	}
}

const (
	finishedEarlyFailed    = "items failed that had finished early in an overdue batch"
	finishedEarlySucceeded = "items succeeded that had finished early in an overdue batch"
)

// judgeEnd judges the end of a trial, when the queues are drained. dead has the items in
// the dead-letter queues, by the IDs of their original messages.
func (l *ledger) judgeEnd(dead map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for message, id := range dead {
		l.historyOf(id).dead = true
		if _, exhausted := l.deliveries[deliveryKey(message, l.scenario.maxAttempts)]; !l.job.drops(id) && !exhausted {
			l.violateLocked("%s is a dead letter before its last attempt", id)
		}
	}
	for id, h := range l.items {
		if h.queued && !h.handled && !h.dead && !h.ignored {
			l.violateLocked("%s is lost: it was accepted, and neither handled nor dead-lettered", id)
		}
	}
	l.job.judgeEnd(l)
}
