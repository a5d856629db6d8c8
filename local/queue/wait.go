package queue

import (
	"container/list"
	"time"
)

// waiters are the receivers of a queue that have found nothing, in the order in
// which they began to wait.
type waiters struct{ list list.List }

// waiter is one receiver that found nothing.
type waiter struct {
	wake    chan struct{} // gets one value when there is something, or never will be
	element *list.Element // nil once woken
}

func (w *waiters) len() int { return w.list.Len() }

func (w *waiters) add() *waiter {
	one := &waiter{wake: make(chan struct{}, 1)}
	one.element = w.list.PushBack(one)
	return one
}

// remove removes a receiver that waits no longer. It reports whether the receiver
// has been woken already.
func (w *waiters) remove(one *waiter) (woken bool) {
	if one.element == nil {
		return true
	}
	w.list.Remove(one.element)
	return false
}

// wakeUp wakes the first n receivers, or all where there are fewer.
func (w *waiters) wakeUp(n int) {
	for ; n > 0 && w.list.Len() > 0; n-- {
		first := w.list.Remove(w.list.Front()).(*waiter)
		first.element = nil
		first.wake <- struct{}{}
	}
}

// watchers are the channels of those who watch all counts.
type watchers map[chan struct{}]bool

func (w watchers) notify() {
	for c := range w {
		select {
		case c <- struct{}{}:
		default: // it has not looked at the last change yet
		}
	}
}

// alarm is a timer that can only be set to go off earlier than it would.
type alarm struct {
	timer *time.Timer
	at    time.Time // zero while it is not set
}

func (a *alarm) set(at time.Time, ring func()) {
	if at.IsZero() || !a.at.IsZero() && !at.Before(a.at) {
		return
	}
	a.at = at
	if a.timer == nil {
		a.timer = time.AfterFunc(time.Until(at), ring)
	} else {
		a.timer.Reset(time.Until(at))
	}
}

func (a *alarm) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
}
