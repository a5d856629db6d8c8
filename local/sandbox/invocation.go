package sandbox

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Limits of payloads and responses.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	// MaxPayloadBytes is the maximum size of an invocation's payload: 6 MB.
	MaxPayloadBytes = 6 << 20

	maxResponseBytes = MaxPayloadBytes + 100
)

// TooLargeError is the error of a payload over [MaxPayloadBytes], as Lambda's
// RequestTooLargeException. Bytes is the payload's size.
type TooLargeError struct{ Bytes int }

// Error returns the payload's size and the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("RequestTooLargeException: %d byte payload is too large for the RequestResponse invocation type (limit %d bytes)", e.Bytes, MaxPayloadBytes)
}

// Invocation is the input of [Runner.Invoke].
type Invocation struct {
	// RequestID is a UUID, such as [NewRequestID] returns; empty for a new one.
	RequestID string
	// Payload is the event, at most [MaxPayloadBytes].
	Payload []byte
	// Qualifier is the alias or version at the end of the invoked function ARN that
	// the function sees; may be empty.
	Qualifier string
	// ClientContext is the client's information about itself: JSON on one line; may
	// be empty.
	ClientContext string
	// Lineage is the part of a trace header that lists the functions that led to
	// this invocation. The function passes it on to the services that it calls.
	Lineage string
	// WaitTimeout is how long to wait for a process while Concurrency processes are
	// busy; 0 means without limit.
	WaitTimeout time.Duration
	// Tail asks for the Result's Log.
	Tail bool
}

// ErrThrottled is the error of invocations for which no process was available
// within their WaitTimeout, as Lambda's TooManyRequestsException.
var ErrThrottled = errors.New("TooManyRequestsException: Rate Exceeded: all processes of the function were busy")

// Result is how an invocation ended.
type Result struct {
	// RequestID is the invocation's, a UUID.
	RequestID string
	// Payload is the function's response. If FunctionError is set, it is a JSON
	// object with errorType and errorMessage, unless the function itself reported
	// something else.
	Payload []byte
	// FunctionError is empty after success, and Unhandled otherwise.
	FunctionError string
	// InitError is true if the function never received the event: its process could
	// not be started, or exited or timed out before its first poll.
	InitError bool
	// Log is the end of the invocation's log, at most 4 KB, if Tail was set.
	Log []byte
	// Duration is the time from the event's delivery to the response, or, with
	// InitError, from the process's start to its exit.
	Duration time.Duration
}

// errUndelivered means that a process exited before it received the event, so
// another process may receive it.
var errUndelivered = errors.New("the process exited before it received the event")

// errInitTimeout means that a process did not ask for an event within the init
// timeout.
var errInitTimeout = errors.New("the process did not request an event in time")

// invocation is the state of one invocation. Its runner's lock guards it until
// done is closed.
type invocation struct {
	Invocation
	trace     string
	probe     bool          // has no event: it ends with the process's first poll
	initRetry bool          // an earlier process exceeded the init timeout
	tail      *logTail      // nil unless the Result needs its log
	init      time.Duration // from the process's start to its first poll, if this is the process's first invocation
	delivered time.Time     // zero until the process has the event
	timer     *time.Timer
	answered  bool

	done     chan struct{}
	result   Result
	err      error
	timedOut bool // the result reports a timeout
}

func newInvocation(in Invocation) *invocation {
	i := &invocation{Invocation: in, trace: traceID(time.Now()), done: make(chan struct{})}
	i.RequestID = cmp.Or(in.RequestID, NewRequestID())
	if in.Tail {
		i.tail = &logTail{}
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

// failure returns a function error in Lambda's form.
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
		panic(err) // two strings can always be encoded
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
