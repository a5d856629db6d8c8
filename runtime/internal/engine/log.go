package engine

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/serverless-star/starjob/runtime/wire"
)

// NewLog makes a logger that writes JSON lines with the names of Lambda's own
// JSON log format, and adds step, message ID and request ID to what is logged
// with a handler's context. level is the value of AWS_LAMBDA_LOG_LEVEL.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
func NewLog(w io.Writer, level string) *slog.Logger {
	return slog.New(contextHandler{slog.NewJSONHandler(w, &slog.HandlerOptions{
		Level: levelOf(level),
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			switch {
			case len(groups) > 0:
			case a.Key == slog.TimeKey:
				a.Key = "timestamp"
			case a.Key == slog.MessageKey:
				a.Key = "message"
			}
			return a
		},
	})})
}

func levelOf(name string) slog.Level {
	switch strings.ToUpper(name) {
	case "TRACE", "DEBUG":
		return slog.LevelDebug
	case "WARN":
		return slog.LevelWarn
	case "ERROR", "FATAL":
		return slog.LevelError
	}
	return slog.LevelInfo
}

// contextHandler adds the item and the invocation that a context belongs to.
type contextHandler struct{ slog.Handler }

func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	if item, ok := ctx.Value(itemKey{}).(Item); ok {
		r.AddAttrs(slog.String("step", item.Step), slog.String("messageId", item.MessageID))
	}
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		r.AddAttrs(slog.String("requestId", invocation.AwsRequestID))
	}
	return h.Handler.Handle(ctx, r)
}

func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs)}
}

func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name)}
}

// maxLogged bounds the bytes of an error in a log line, which has to fit into an
// event of CloudWatch Logs.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_InputLogEvent.html
const maxLogged = 64 << 10

// logFailure writes the one line of a failed item.
func (b *batch) logFailure(m *message, level slog.Level, text string, err error, more ...slog.Attr) {
	attrs := append(b.logged(m), slog.String("error", wire.Truncate(err.Error(), maxLogged)), slog.String("errorType", typeOf(err)))
	if stack := stackOf(err); stack != "" {
		attrs = append(attrs, slog.String("stack", stack))
	}
	b.log.LogAttrs(context.WithValue(b.ctx, itemKey{}, m.Item), level, text, append(attrs, more...)...)
}

// traced is an error with the stack trace of the language that it comes from.
type traced interface{ Stack() string }

// stackOf returns the stack trace of an error that has one.
func stackOf(err error) string {
	var p *Panic
	var t traced
	switch {
	case errors.As(err, &p):
		return string(p.Stack)
	case errors.As(err, &t):
		return t.Stack()
	}
	return ""
}

func (b *batch) logSuccess(m *message) {
	if b.log.Enabled(b.ctx, slog.LevelDebug) {
		b.log.LogAttrs(context.WithValue(b.ctx, itemKey{}, m.Item), slog.LevelDebug, "the item is done", b.logged(m)...)
	}
}

func (b *batch) logged(m *message) []slog.Attr {
	return []slog.Attr{slog.Int("attempt", m.Attempt), slog.Float64("durationMs", milliseconds(max(0, m.duration(b.began))))}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
