package engine

import (
	"context"
	"time"
)

// The margin before the function's deadline at which unfinished items are given
// back. Its first half is for what that takes (back-off, dead letters), its
// second for the reply. A fifth of the time keeps short timeouts useful; two
// seconds are enough for a batch of 10,000 in the slowest function.
const (
	marginShare = 5
	maxMargin   = 2 * time.Second
)

// margin is the time before a deadline that is kept free.
func margin(deadline time.Time) time.Duration {
	return min(max(time.Until(deadline)/marginShare, 0), maxMargin)
}

// beforeDeadline returns a context that ends a margin before ctx's deadline.
func beforeDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, deadline.Add(-margin(deadline)), errDeadline)
}

// beforeReply returns the context of what has to be done before the reply is sent.
// It ends in the middle of the margin: not even a call that hangs may delay the
// reply, or items that are done would be received again.
func beforeReply(ctx context.Context) (context.Context, context.CancelFunc) {
	after := context.WithoutCancel(ctx)
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(after)
	}
	return context.WithDeadlineCause(after, deadline.Add(-margin(deadline)/2), errDeadline)
}
