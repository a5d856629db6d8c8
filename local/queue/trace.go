package queue

import (
	"cmp"
	"context"
	"strings"
)

type traceKey struct{}

// WithTrace returns a context for the requests of one client, whose
// X-Amzn-Trace-Id header is given. What they send carries it; see
// [Message.Trace]. In AWS it is how Lambda finds a function that feeds itself.
func WithTrace(ctx context.Context, header string) context.Context {
	return context.WithValue(ctx, traceKey{}, strings.Clone(header)) // which messages keep, and not what it is a part of
}

func traceOf(ctx context.Context) string {
	header, _ := ctx.Value(traceKey{}).(string)
	return header
}

// Trace is the message's AWSTraceHeader, or the header of the request that sent
// it. The second is not shown among the system attributes.
func (m *Message) Trace() string { return cmp.Or(m.content.trace, m.content.request) }
