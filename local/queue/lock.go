package queue

import (
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

var (
	errClosed  = sqserr.New(sqserr.ServiceUnavailable, "The service is shutting down.")
	errNoQueue = sqserr.New(sqserr.QueueDoesNotExist, "The specified queue does not exist.")
)

// lock acquires the lock of all queues. The time is read under it, so that it
// never runs backwards from one operation to the next.
func (s *Service) lock() time.Time {
	s.mu.Lock()
	return time.Now()
}

// unlock applies the consequences of the operation, and releases the lock.
func (s *Service) unlock() {
	for _, q := range s.touched {
		if q.settle() {
			s.changed = true
		}
	}
	s.touched = s.touched[:0]
	if s.changed {
		s.changed = false
		s.watchers.notify()
	}
	s.mu.Unlock()
}

// touch marks a queue to be settled before the lock is released. Every change of a
// queue must call it.
func (s *Service) touch(q *Queue) {
	if !q.touched {
		q.touched = true
		s.touched = append(s.touched, q)
	}
}

// lock acquires the service's lock, and brings the queue up to date. The lock must be
// released with the service's unlock, even if there is an error: the service is
// closed, or the queue was deleted.
func (q *Queue) lock() (time.Time, error) {
	now := q.service.lock()
	switch {
	case q.service.closed:
		return now, errClosed
	case q.deleted:
		return now, errNoQueue
	}
	q.service.touch(q)
	q.advance(now)
	return now, nil
}

// advance brings the queue up to date; the lock is held.
func (q *Queue) advance(now time.Time) {
	q.messages.advance(now, q.settings.retention)
	if q.messages.changed {
		q.service.touch(q)
	}
}

// settle wakes as many receivers as there may be messages for, and sets the
// alarm. It reports whether a count has changed.
func (q *Queue) settle() (changed bool) {
	changed = q.messages.changed
	q.waiters.wakeUp(q.messages.wakeups)
	q.messages.changed, q.messages.wakeups, q.touched = false, 0, false
	if q.deleted || q.service.closed || q.waiters.len() == 0 && len(q.service.watchers) == 0 {
		return changed // the next operation brings the queue up to date
	}
	q.alarm.set(q.messages.nextChange(q.settings.retention), q.ring)
	return changed
}

// ring is called by the alarm. If it is called too early, because the event that it
// was set for did not occur, it sets the alarm again.
func (q *Queue) ring() {
	now := q.service.lock()
	defer q.service.unlock()
	q.alarm.at = time.Time{}
	q.advance(now)
	q.service.touch(q)
}

// stop wakes all receivers, which then find the queue deleted or the service closed.
func (q *Queue) stop() {
	q.waiters.wakeUp(q.waiters.len())
	q.alarm.stop()
}
