// Package backoff computes how long to wait between two attempts at the same
// thing: of the outbox to send a message, and of a failed item to be handled. It
// keeps no state, and waits for nothing itself.
package backoff

import (
	"math/rand/v2"
	"time"
)

// Exponential is the delay after the given attempt, which counts from 1: first,
// doubled for each further attempt, and at most longest.
func Exponential(first, longest time.Duration, attempt int) time.Duration {
	for ; attempt > 1 && first > 0 && first < longest; attempt-- {
		first *= 2
	}
	return min(first, longest)
}

// Jitter takes up to half of a delay away, so that what failed together is not
// retried together. It returns 0 for a negative delay.
func Jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d - rand.N(d/2+1)
}
