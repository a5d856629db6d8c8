package engine

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/serverless-star/starjob/runtime/wire"
)

// NewLog returns a logger that writes JSON lines with the field names of Lambda's
// JSON log format. It adds step, messageId and requestId to lines that are logged
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

// contextHandler adds the item and the invocation of a context to log lines.
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

const (
	// maxLogged bounds the bytes of an error in a log line, which has to fit into an
	// event of CloudWatch Logs.
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_InputLogEvent.html
	maxLogged = 64 << 10
	// maxLoggedBody bounds the bytes of the body that is logged when an item is
	// dropped without a dead-letter queue, and the log is its only copy.
	maxLoggedBody = 1000
)

// itemLog logs the outcomes of the items of a batch.
type itemLog struct {
	ctx       context.Context // of the handlers
	log       *slog.Logger
	job, step string
	began     time.Time // of the batch
}

// failure writes the line of a failed item. Each failed item has one.
func (l *itemLog) failure(i *item, level slog.Level, message string, err error, more ...slog.Attr) {
	attrs := append(l.attrs(i), slog.String("error", wire.Truncate(err.Error(), maxLogged)), slog.String("errorType", typeOf(err)))
	if stack := stackOf(err); stack != "" {
		attrs = append(attrs, slog.String("stack", stack))
	}
	l.log.LogAttrs(l.of(i), level, message, append(attrs, more...)...)
}

// success writes the line of a completed item, at level DEBUG.
func (l *itemLog) success(i *item) {
	if l.enabled(slog.LevelDebug) {
		l.log.LogAttrs(l.of(i), slog.LevelDebug, "item done", l.attrs(i)...)
	}
}

// warn writes a line that is not about a particular item.
func (l *itemLog) warn(message string, args ...any) { l.log.WarnContext(l.ctx, message, args...) }

func (l *itemLog) enabled(level slog.Level) bool { return l.log.Enabled(l.ctx, level) }

// of returns the context for the log lines of an item.
func (l *itemLog) of(i *item) context.Context {
	return context.WithValue(l.ctx, itemKey{}, describe(l.job, l.step, i.message))
}

func (l *itemLog) attrs(i *item) []slog.Attr {
	return []slog.Attr{slog.Int("attempt", i.message.Attempt), slog.Float64("durationMs", milliseconds(max(0, i.duration(l.began))))}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
