package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/serverless-star/starjob/local/queue"
)

// Redrive sends messages of one queue to another, by the queues' logical IDs:
// those with the given message IDs, or all where none are given. They are new
// messages, with the body, attributes and group of the old ones, which are
// deleted only after that. It returns how many went; messages that are not
// visible stay.
func (s *Stack) Redrive(from, to string, ids []string) (int, error) {
	source, target := s.queues[from], s.queues[to]
	if source == nil || target == nil {
		return 0, fmt.Errorf("there is no queue %s or no queue %s", from, to)
	}
	// Held meanwhile, so that nobody else takes them.
	messages, err := source.Receive(context.Background(), mostRedriven, 0, time.Minute)
	if err != nil {
		return 0, err
	}
	sent := 0
	var problems []error
	for i := range messages {
		m := &messages[i]
		if len(ids) > 0 && !slices.Contains(ids, m.ID) {
			// It fails only where the message is gone.
			_ = source.ChangeVisibility(m.ReceiptHandle, 0)
			s.looked(m.ID)
			continue
		}
		if _, err := target.Send(again(m, target.FIFO())); err != nil {
			problems = append(problems, err, source.ChangeVisibility(m.ReceiptHandle, 0))
			continue
		}
		sent++
		problems = append(problems, source.Delete(m.ReceiptHandle))
	}
	return sent, errors.Join(problems...)
}

// mostRedriven bounds one redrive.
const mostRedriven = 10_000

// again is a message to be sent once more.
func again(m *queue.Message, fifo bool) queue.Outgoing {
	out := queue.Outgoing{Body: m.Body, Attributes: m.Attributes, GroupID: groupOf(m)}
	if fifo {
		out.DeduplicationID = rand.Text() // the old one may have been seen within five minutes
	}
	return out
}

// Mapping is an enabled mapping at work, by logical IDs. DeadLetterQueue is
// empty where the queue has none.
type Mapping struct{ ID, Queue, DeadLetterQueue, Function string }

// Mappings returns all mappings at work, in the order of the template.
func (s *Stack) Mappings() []Mapping {
	var all []Mapping
	for _, p := range s.pollers {
		m := Mapping{ID: p.id, Function: s.plan.function(p.functionName).id}
		q := s.plan.queue(nameOfARN(p.queueARN))
		m.Queue = q.id
		if dead := s.plan.queue(q.deadLetter); dead != nil {
			m.DeadLetterQueue = dead.id
		}
		all = append(all, m)
	}
	return all
}
