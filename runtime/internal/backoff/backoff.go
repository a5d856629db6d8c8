// Package backoff computes how long to wait between two attempts: to send
// a message, or to handle an item that failed. It keeps no state and does not wait
// itself.
package backoff

import (
	"math/rand/v2"
	"time"
)

// Exponential returns the delay after an attempt, counted from 1. The delay is
// first after the first attempt, doubles with each further attempt, and is at most
// longest.
func Exponential(first, longest time.Duration, attempt int) time.Duration {
	for ; attempt > 1 && first > 0 && first < longest; attempt-- {
		first *= 2
	}
	return min(first, longest)
}

// Jitter shortens a delay by a random part of up to one half, so that items that
// failed together are not retried together. It returns 0 for a negative delay.
func Jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d - rand.N(d/2+1)
}
