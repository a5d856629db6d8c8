package engine

import (
	"context"
	"time"
)

// The margin is the time before the function's deadline at which unfinished items
// fail, so that they are retried. Its first half is for their back-off and their
// dead letters, its second half for the reply. A fifth of the time keeps short
// timeouts useful. Two seconds are enough for a batch of 10,000 in the slowest
// function.
const (
	marginShare = 5
	maxMargin   = 2 * time.Second
)

// margin returns the time to keep free before a deadline.
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

// beforeReply returns the context of the calls that must be made before the reply.
// It ends in the middle of the margin. Not even a call that hangs may delay the
// reply, or completed items would be received again.
func beforeReply(ctx context.Context) (context.Context, context.CancelFunc) {
	after := context.WithoutCancel(ctx)
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(after)
	}
	return context.WithDeadlineCause(after, deadline.Add(-margin(deadline)/2), errDeadline)
}
