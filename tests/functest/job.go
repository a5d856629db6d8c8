package functest

import "testing"

// The queues of the job Try: its step work generates items for work and sink.
const (
	Work       = "try-work"
	DeadLetter = "try-work-dead"
	Sink       = "try-sink"
)

// NewJobQueues creates the queues of the job Try.
func NewJobQueues(t testing.TB) *Queues {
	t.Helper()
	return NewQueues(t, Work, DeadLetter, Sink)
}

// Environment returns the environment of the function of the step work, with the name of a
// handler.
// The queues must be those of the job Try.
func (q *Queues) Environment(handler string) map[string]string {
	q.t.Helper()
	work, sink := q.Queue(Work).URL(), q.Queue(Sink).URL()
	return map[string]string{
		"AWS_ENDPOINT_URL_SQS": q.URL, "STAR_JOB": "Try", "STAR_STEP": "work", "STAR_HANDLER": handler,
		"STAR_QUEUE": work, "STAR_DEAD_LETTER_QUEUE": q.Queue(DeadLetter).URL(), "STAR_QUEUES": "work=" + work + " sink=" + sink,
	}
}
