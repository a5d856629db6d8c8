package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/serverless-star/starjob/local/mapping"
	"github.com/serverless-star/starjob/local/queue"
)

// Send sends a message to a queue by its logical ID. In a FIFO queue, all messages
// that are sent this way are of one group.
func (s *Stack) Send(id, body string) error {
	q := s.queues[id]
	if q == nil {
		return fmt.Errorf("queue %s does not exist", id)
	}
	m := queue.Outgoing{Body: body}
	if q.FIFO() {
		// Each is a separate message, even if its body repeats another's.
		m.GroupID, m.DeduplicationID = "star", rand.Text()
	}
	_, err := q.Send(m)
	return err
}

// countPeek counts a receive that was only for looking at a message, and returns
// how many there were.
func (s *Stack) countPeek(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peeks[id]++
	return s.peeks[id]
}

// A DeadLetter is a message of a dead-letter queue. It stays in the queue.
type DeadLetter struct {
	ID         string
	Body       string
	Attributes map[string]string // message attributes that are strings or numbers
	Received   int               // how often it had been received
}

// Peek returns at most maxCount visible messages of a queue by its logical ID,
// without changing their receive counts.
func (s *Stack) Peek(id string, maxCount int) []DeadLetter {
	q := s.queues[id]
	if q == nil {
		return nil
	}
	messages, err := q.Receive(context.Background(), maxCount, 0, 0)
	if err != nil {
		return nil
	}
	deadLetters := make([]DeadLetter, len(messages))
	for i, m := range messages {
		deadLetters[i] = DeadLetter{ID: m.ID, Body: m.Body, Attributes: map[string]string{}, Received: m.ReceiveCount - s.countPeek(m.ID)}
		for name, a := range m.Attributes {
			deadLetters[i].Attributes[name] = a.StringValue
		}
	}
	return deadLetters
}

// Redrive sends messages of one queue to another, by the queues' logical IDs:
// those with the given message IDs, or all if none are given. They are new
// messages with the body, attributes and group of the old ones, which are deleted
// only after that. It returns how many were sent; messages that are not visible
// stay.
func (s *Stack) Redrive(from, to string, ids []string) (int, error) {
	source, target := s.queues[from], s.queues[to]
	if source == nil || target == nil {
		return 0, fmt.Errorf("queue %s or %s does not exist", from, to)
	}
	// Invisible meanwhile, so that nobody else receives them.
	messages, err := source.Receive(context.Background(), maxRedriven, 0, time.Minute)
	if err != nil {
		return 0, err
	}
	sent := 0
	var problems []error
	for i := range messages {
		m := &messages[i]
		if len(ids) > 0 && !slices.Contains(ids, m.ID) {
			// It fails only if the message is gone.
			_ = source.ChangeVisibility(m.ReceiptHandle, 0)
			s.countPeek(m.ID)
			continue
		}
		if _, err := target.Send(resend(m, target.FIFO())); err != nil {
			problems = append(problems, err, source.ChangeVisibility(m.ReceiptHandle, 0))
			continue
		}
		sent++
		problems = append(problems, source.Delete(m.ReceiptHandle))
	}
	return sent, errors.Join(problems...)
}

// maxRedriven is the maximum number of messages of one redrive.
const maxRedriven = 10_000

// resend returns a message to be sent again.
func resend(m *queue.Message, fifo bool) queue.Outgoing {
	out := queue.Outgoing{Body: m.Body, Attributes: m.Attributes, GroupID: mapping.GroupID(m)}
	if fifo {
		out.DeduplicationID = rand.Text() // the old one may have been seen within five minutes
	}
	return out
}
