package local

import (
	"time"

	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/lambda"
	"github.com/serverless-star/starjob/local/mapping"
)

// A Snapshot is the state of a stack at a moment, by logical ID. Resources that do
// not run locally are absent.
type Snapshot struct {
	Queues    map[string]QueueState
	Mappings  map[string]MappingState
	Functions map[string]FunctionState
	// Quiet means that no work is in progress and no batch is being gathered: the
	// messages that are left are invisible or delayed.
	Quiet bool
}

// QueueState is a queue's address and its messages. The three counts are exact
// and taken together over all queues.
type QueueState struct {
	Name, URL string
	Waiting   int // visible
	InFlight  int // received, and not visible until a timeout runs out
	Delayed   int // not visible yet for the first time
	Arrived   int // all that ever came in, from senders and from other queues
	// Due is when the first of those in flight or delayed becomes visible by itself;
	// zero if there are none.
	Due time.Time
}

// Counts of other packages.
type (
	// MappingState counts what became of an event source mapping's messages.
	MappingState = mapping.State
	// FunctionState is the state of a function.
	FunctionState = function.State
	// Distribution adds up values and knows their quantiles.
	Distribution = function.Distribution
)

// Snapshot returns the present state.
func (s *Stack) Snapshot() Snapshot {
	now := Snapshot{Queues: map[string]QueueState{}, Mappings: map[string]MappingState{}, Functions: map[string]FunctionState{}, Quiet: !s.activity.Busy()}
	stats := s.service.Snapshot()
	for id, q := range s.queues {
		st := stats[q.Name()]
		now.Queues[id] = QueueState{q.Name(), q.URL(), st.Visible, st.InFlight, st.Delayed, int(st.Arrived), st.Due}
	}
	for _, p := range s.pollers {
		now.Mappings[p.Plan().ID] = p.State()
		now.Quiet = now.Quiet && !p.Gathering()
	}
	for id, f := range s.functions {
		state := f.State()
		if f.Plan.URL != nil {
			state.URL = s.endpoint + lambda.URLPrefix + f.Plan.Name + "/"
		}
		now.Functions[id] = state
	}
	return now
}

// Mapping is a running event source mapping, by logical IDs.
// DeadLetterQueue is empty if the queue has none.
type Mapping struct{ ID, Queue, DeadLetterQueue, Function string }

// Mappings returns all running event source mappings, in the order of the template.
func (s *Stack) Mappings() []Mapping {
	var all []Mapping
	for _, p := range s.pollers {
		m := p.Plan()
		state := Mapping{ID: m.ID, Queue: m.Queue.ID, Function: m.Function.ID}
		if dead := m.Queue.DeadLetterQueue; dead != nil {
			state.DeadLetterQueue = dead.ID
		}
		all = append(all, state)
	}
	return all
}
