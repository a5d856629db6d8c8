package queue

import (
	"container/list"
	"time"
)

// waiter is a receiver that found nothing.
type waiter struct {
	wake  chan struct{} // gets one value when there is something, or never will be
	place *list.Element // nil once woken
}

// wait puts a receiver at the end of those who wait; the lock is held.
func (q *Queue) wait() *waiter {
	w := &waiter{wake: make(chan struct{}, 1)}
	w.place = q.waiters.PushBack(w)
	q.service.touch(q) // arms the alarm
	return w
}

// quit takes a receiver out that waits no longer. If it has been woken already,
// another one is woken in its place, or a message would lie there while others
// wait for one.
func (q *Queue) quit(w *waiter) {
	q.service.enter()
	defer q.service.leave()
	if w.place != nil {
		q.waiters.Remove(w.place)
		return
	}
	q.fresh++
	q.service.touch(q)
}

// settle wakes as many receivers as there may be messages for, and sets the
// alarm; the lock is held.
func (q *Queue) settle() {
	q.touched = false
	for ; q.fresh > 0 && q.waiters.Len() > 0; q.fresh-- {
		q.wakeFirst()
	}
	q.fresh = 0
	q.setAlarm()
}

func (q *Queue) wakeFirst() {
	w := q.waiters.Remove(q.waiters.Front()).(*waiter)
	w.place = nil
	w.wake <- struct{}{}
}

// stop wakes all receivers, who will find the queue or the service gone.
func (q *Queue) stop() {
	for q.waiters.Len() > 0 {
		q.wakeFirst()
	}
	if q.alarm != nil {
		q.alarm.Stop()
	}
}

// setAlarm makes sure that someone who waits, or watches, is told of what time
// brings. Without them the next operation finds out soon enough.
func (q *Queue) setAlarm() {
	if q.gone || q.service.closed || q.waiters.Len() == 0 && len(q.service.watchers) == 0 {
		return
	}
	at := q.nextChange()
	if at.IsZero() || !q.alarmAt.IsZero() && !at.Before(q.alarmAt) {
		return
	}
	q.alarmAt = at
	if q.alarm == nil {
		q.alarm = time.AfterFunc(time.Until(at), q.ring)
	} else {
		q.alarm.Reset(time.Until(at))
	}
}

// nextChange is when time will next change the queue, or zero.
func (q *Queue) nextChange() time.Time {
	var at time.Time
	if m := q.timers.first(); m != nil {
		at = m.due
	}
	if m := q.ages.first(); m != nil && (at.IsZero() || q.expiry(m).Before(at)) {
		at = q.expiry(m)
	}
	return at
}

// ring is the alarm. One that rings too early, because what it was set for did
// not come, is set again.
func (q *Queue) ring() {
	now := q.service.enter()
	defer q.service.leave()
	q.alarmAt = time.Time{}
	q.advance(now)
	q.service.touch(q)
}
