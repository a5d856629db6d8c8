package sandbox

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Bounds of what goes in and comes out.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	// MaxPayloadBytes bounds an invocation's payload: 6 MB.
	MaxPayloadBytes = 6 << 20

	// MaxStreamBytes bounds an answer that is streamed: 200 MB.
	MaxStreamBytes = 200 << 20

	maxResponseBytes = MaxPayloadBytes + 100
)

// TooLargeError says that a payload is over [MaxPayloadBytes], as Lambda's
// RequestTooLargeException does.
type TooLargeError struct{ Bytes int }

// Error tells the payload's size and the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("RequestTooLargeException: %d byte payload is too large for the RequestResponse invocation type (limit %d bytes)", e.Bytes, MaxPayloadBytes)
}

// Invocation is what a function is invoked with.
type Invocation struct {
	// RequestID is a UUID, as of [NewRequestID]; empty for a new one.
	RequestID string
	// Payload is the event, at most [MaxPayloadBytes].
	Payload []byte
	// Qualifier is the alias or version at the end of the ARN that the function
	// is told it was invoked by; may be empty.
	Qualifier string
	// ClientContext is what the client tells of itself: JSON in one line; may be
	// empty.
	ClientContext string
	// Lineage is what the function is to pass on to the services that it calls,
	// as the part of a trace header that tells which functions led here.
	Lineage string
	// Patience is how long to wait for a process while Concurrency of them are
	// busy; 0 is without limit.
	Patience time.Duration
	// Tail asks for the Result's Log.
	Tail bool
	// Stream is called when the function begins to answer, with the content type
	// of its answer. What it returns takes the answer, up to
	// [MaxStreamBytes], while the function writes it; the Result has no Payload
	// then. It must stop to wait for its reader when Invoke has returned. nil for
	// an answer in one piece.
	Stream func(contentType string) io.Writer
}

// ErrThrottled is the error of invocations that found no process in time, as
// Lambda's TooManyRequestsException is.
var ErrThrottled = errors.New("TooManyRequestsException: Rate Exceeded: all processes that the function may have were busy")

// Result is how an invocation ended.
type Result struct {
	// RequestID is the invocation's, a UUID.
	RequestID string
	// Payload is the function's answer. Where FunctionError is set, it is a
	// JSON object with errorType and errorMessage, unless the function itself
	// reported something else.
	Payload []byte
	// FunctionError is empty for success, and Unhandled otherwise.
	FunctionError string
	// InitError says that the function never saw the event: its process could
	// not be started, or ended or ran out of time before its first poll.
	InitError bool
	// Log is the end of the invocation's log, where it was asked for: at most
	// 4 KB.
	Log []byte
	// Duration is the time from the event's delivery to the answer, or, with
	// InitError, from the process's start to its end.
	Duration time.Duration
}

// errUndelivered says that a process ended before it saw the event: another one
// may have it.
var errUndelivered = errors.New("the process ended before it saw the event")

// errSlow says that a process had not asked for an event when its init phase was
// to end.
var errSlow = errors.New("the process asked for no event in time")

// invocation is one event on its way. Its runner's lock guards it, until done
// is closed.
type invocation struct {
	Invocation
	trace     string
	probe     bool          // no event: the process's first poll is all that is wanted
	slow      bool          // a process for it was too slow already
	record    *record       // of its log; may be nil
	init      time.Duration // from the start of its process to the first poll, if it is the process's first
	delivered time.Time     // zero before
	timer     *time.Timer
	answered  bool

	done    chan struct{}
	result  Result
	err     error
	timeout bool // the result is that it was over its time
}

func newInvocation(in Invocation) *invocation {
	i := &invocation{Invocation: in, trace: traceID(time.Now()), done: make(chan struct{})}
	i.RequestID = cmp.Or(in.RequestID, NewRequestID())
	if in.Tail {
		i.record = &record{}
	}
	if in.Lineage != "" {
		i.trace += ";Lineage=" + in.Lineage
	}
	return i
}

// answer ends the invocation. Only the first answer counts.
func (i *invocation) answer(result Result, err error) {
	if i.answered {
		return
	}
	result.RequestID = i.RequestID
	i.answered, i.result, i.err = true, result, err
	close(i.done)
}

// failure is a function error in Lambda's form.
func (i *invocation) failure(kind, message string) Result {
	return Result{FunctionError: unhandled, Payload: errorBody(kind, "RequestId: "+i.RequestID+" Error: "+message)}
}

const unhandled = "Unhandled"

func errorBody(kind, message string) []byte {
	body, err := json.Marshal(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{kind, message})
	if err != nil {
		panic(err) // two strings always can be encoded
	}
	return body
}

func random(bytes int) []byte {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return b
}

// NewRequestID returns a random UUID (version 4).
func NewRequestID() string {
	b := random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// traceID returns the header of a new, unsampled trace.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func traceID(now time.Time) string {
	return fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", now.Unix(), random(12), random(8))
}
