package local

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/serverless-star/starjob/local/queue"
)

// A Snapshot is what is known of a stack at a moment, by logical ID. What does
// not run here is absent.
type Snapshot struct {
	Queues    map[string]QueueState
	Mappings  map[string]MappingState
	Functions map[string]FunctionState
	// Quiet says that nothing is in work and no batch is being gathered: what
	// is left in the queues waits for its time.
	Quiet bool
}

// QueueState is a queue's place and its messages. The three counts are exact
// and taken together over all queues.
type QueueState struct {
	Name, URL string
	Waiting   int // visible
	InFlight  int // received, and not visible until a timeout runs out
	Delayed   int // not visible yet for the first time
	Arrived   int // all that ever came in, from senders and from other queues
	// Due is when the first of those in flight or delayed becomes visible by
	// itself; zero where there are none.
	Due time.Time
}

// MappingState counts what became of messages; a message counts once for each
// time that it was delivered.
type MappingState struct {
	Received  int // delivered to the function
	Retries   int // delivered, not for the first time
	Succeeded int // deleted after a good reply
	Failed    int // all others
	Crashed   int // failed because the invocation or its reply did
	Filtered  int // deleted because no filter wanted them
	Throttled int // received and not delivered, as no process was free in time
	Stopped   int // received and not delivered, as Lambda would end their loop
}

// FunctionState is what a function did.
type FunctionState struct {
	Name string
	URL  string // its function URL on this machine; empty where it has none

	ColdStarts, Invocations, Errors, Timeouts int

	Durations Distribution // of invocations, in milliseconds
	LastError string       // of an invocation that failed as a whole
	metrics   *metrics
}

// Metric returns what the function reported of a metric in CloudWatch's
// embedded metric format.
func (f FunctionState) Metric(namespace, name string) Distribution {
	if f.metrics == nil {
		return Distribution{}
	}
	return f.metrics.get(namespace, name)
}

// Snapshot returns the present state.
func (s *Stack) Snapshot() Snapshot {
	now := Snapshot{Queues: map[string]QueueState{}, Mappings: map[string]MappingState{}, Functions: map[string]FunctionState{}, Quiet: s.busy.Load() == 0}
	stats := s.service.Snapshot()
	for id, q := range s.queues {
		st := stats[q.Name()]
		now.Queues[id] = QueueState{q.Name(), q.URL(), st.Visible, st.InFlight, st.Delayed, int(st.Arrived), st.Due}
	}
	for _, p := range s.pollers {
		now.Mappings[p.id] = p.tally.state()
		now.Quiet = now.Quiet && p.gathered.Load() == 0
	}
	for id, f := range s.functions {
		now.Functions[id] = s.stateOf(f)
	}
	return now
}

func (s *Stack) stateOf(f *function) FunctionState {
	st := f.runner.Stats()
	f.mu.Lock()
	defer f.mu.Unlock()
	return FunctionState{f.name, s.url(f), st.ColdStarts, st.Invocations, st.Errors, st.Timeouts, f.durations.clone(), f.lastError, &f.metrics}
}

// Endpoint is where SQS is served, as in http://127.0.0.1:9324.
func (s *Stack) Endpoint() string { return s.endpoint }

// Region is the AWS region that the stack takes itself for.
func (s *Stack) Region() string { return s.region }

// Send puts a message into a queue by its logical ID. In a FIFO queue, all
// messages sent so are of one group.
func (s *Stack) Send(id, body string) error {
	q := s.queues[id]
	if q == nil {
		return fmt.Errorf("there is no queue %s", id)
	}
	m := queue.Outgoing{Body: body}
	if q.FIFO() {
		// Each is a message of its own, even if it repeats another's text.
		m.GroupID, m.DeduplicationID = "star", rand.Text()
	}
	_, err := q.Send(m)
	return err
}

// looked counts a receive that was a look only, and returns how many there were.
func (s *Stack) looked(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks[id]++
	return s.looks[id]
}

// Letter is a message that is looked at and stays where it is.
type Letter struct {
	ID         string
	Body       string
	Attributes map[string]string // message attributes that are texts or numbers
	Received   int               // how often it had been received
}

// Peek returns up to most visible messages of a queue by its logical ID.
func (s *Stack) Peek(id string, most int) []Letter {
	q := s.queues[id]
	if q == nil {
		return nil
	}
	messages, err := q.Receive(context.Background(), most, 0, 0)
	if err != nil {
		return nil
	}
	letters := make([]Letter, len(messages))
	for i, m := range messages {
		letters[i] = Letter{ID: m.ID, Body: m.Body, Attributes: map[string]string{}, Received: m.ReceiveCount - s.looked(m.ID)}
		for name, a := range m.Attributes {
			letters[i].Attributes[name] = a.StringValue
		}
	}
	return letters
}
