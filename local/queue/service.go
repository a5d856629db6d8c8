// Package queue is Amazon SQS in memory, for one machine: messages, visibility,
// FIFO groups, deduplication, redrive, retention and message move tasks. It has
// no wire format; package api has SQS's actions, and package protocol serves them
// over HTTP. Start reading at [Service] and [Queue].
//
// It keeps the guarantees of SQS and is stricter where SQS is not. Counts are exact, a
// message is delivered twice only after its visibility timeout ran out, and standard
// queues deliver the oldest arrival first. Nothing survives the process. Policies are
// checked but not enforced, and encryption is only stored. A group ID on a standard
// queue is kept, but does not change the order: AWS does not define exactly when SQS
// prefers other tenants.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
//
// One lock guards all queues. Slow work (hashing, JSON) happens outside of it. No
// operation under it walks a backlog, except to close gaps that as many others have
// left, so hundreds of thousands of messages may wait. The lock also makes a move to
// a dead-letter queue, and a snapshot of all counts, atomic.
package queue

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// Config is the location of a service.
type Config struct {
	// BaseURL is the start of the queues' URLs, as in http://127.0.0.1:9324.
	BaseURL string
	// Region and AccountID are parts of URLs and ARNs.
	Region, AccountID string
}

// A Service is a set of queues; see [New].
type Service struct {
	config Config

	mu       sync.Mutex
	queues   map[string]*Queue    // by name
	deleted  map[string]time.Time // names, and when their queue was deleted
	watchers watchers
	closed   bool
	changed  bool     // queues were added or deleted since the lock was acquired
	touched  []*Queue // to be settled before the lock is released
}

// New returns a service without queues. It starts no goroutine; Close
// ends all waiting receives.
func New(c Config) *Service {
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	return &Service{config: c, queues: map[string]*Queue{}, deleted: map[string]time.Time{}, watchers: watchers{}}
}

// Config returns the configuration of the service.
func (s *Service) Config() Config { return s.config }

// reuseAfter is how long the name of a deleted queue cannot be used.
const reuseAfter = time.Minute

// Create creates a queue with the given attributes and tags, or finds the one that
// has the name and the same attributes. Errors are of type [*sqserr.Error]; one
// about attributes lists all problems.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
func (s *Service) Create(name string, attributes, tags map[string]string) (*Queue, error) {
	if err := checkName(name, attributes["FifoQueue"] == "true"); err != nil {
		return nil, err
	}
	now := s.lock()
	defer s.unlock()
	if s.closed {
		return nil, errClosed
	}
	if q := s.queues[name]; q != nil {
		if err := q.sameAttributes(attributes); err != nil {
			return nil, err
		}
		return q, nil
	}
	if at, ok := s.deleted[name]; ok && now.Sub(at) < reuseAfter {
		return nil, sqserr.New(sqserr.QueueDeletedRecently, "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	q := newQueue(s, name, now)
	if err := q.configure(attributes, true); err != nil {
		return nil, err
	}
	if err := addTags(q.tags, tags, q.name); err != nil {
		return nil, err
	}
	s.queues[name] = q
	delete(s.deleted, name)
	s.changed = true
	return q, nil
}

// Find returns the queue with that name. The error is a QueueDoesNotExist, or
// that the service is closed.
func (s *Service) Find(name string) (*Queue, error) {
	s.lock()
	defer s.unlock()
	if s.closed {
		return nil, errClosed
	}
	if q := s.queues[name]; q != nil {
		return q, nil
	}
	return nil, errNoQueue
}

// Queues returns all queues in the order of their names.
func (s *Service) Queues() []*Queue {
	return s.sorted(func(*Queue) bool { return true })
}

// SourceQueues returns the queues whose dead-letter queue is the given one, in
// the order of their names.
func (s *Service) SourceQueues(dead *Queue) []*Queue {
	return s.sorted(func(q *Queue) bool { return q.settings.redrive.DeadLetterTargetArn == dead.arn })
}

func (s *Service) sorted(wanted func(*Queue) bool) []*Queue {
	s.lock()
	defer s.unlock()
	var queues []*Queue
	for _, q := range s.queues {
		if wanted(q) {
			queues = append(queues, q)
		}
	}
	slices.SortFunc(queues, func(a, b *Queue) int { return strings.Compare(a.name, b.name) })
	return queues
}

// Delete deletes a queue with its messages. Waiting receivers get an error,
// and no other queue can have the name for a minute.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
func (s *Service) Delete(q *Queue) error {
	now, err := q.lock()
	defer s.unlock()
	if err != nil {
		return err
	}
	q.deleted = true
	q.stop()
	delete(s.queues, q.name)
	s.deleted[q.name] = now
	s.changed = true
	return nil
}

// Close ends all waiting: receivers return an error, and so does every later
// operation. The messages are gone.
func (s *Service) Close() {
	s.lock()
	defer s.unlock()
	s.closed = true
	for _, q := range s.queues {
		q.stop()
	}
}

func (s *Service) arn(name string) string {
	return "arn:aws:sqs:" + s.config.Region + ":" + s.config.AccountID + ":" + name
}
