// Package queue is Amazon SQS in memory, behind SQS's own protocols, for one
// machine. A [Service] is an http.Handler that any AWS SDK can talk to
// through AWS_ENDPOINT_URL_SQS; beside it there is a Go API for what runs in
// the same process.
//
// It keeps SQS's promises and uses none of the freedom that SQS leaves itself:
// counts are exact, a message is delivered twice only after its visibility
// timeout ran out, and standard queues hand out the oldest arrival first. Nothing
// survives the process. Policies are checked and not
// enforced, and encryption is only remembered. A group ID on a standard queue is
// carried and changes no order: from when on SQS puts other tenants first is
// approximate.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
//
// One lock guards all queues. What is slow (hashing, JSON) happens outside of
// it, and under it no operation walks a backlog, but for closing gaps that as
// many others have left, so that hundreds of thousands of messages may wait. The
// lock is also what makes a move to a dead-letter queue, and a snapshot of all
// counts, one single moment.
package queue

import (
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Config says where a service is.
type Config struct {
	// BaseURL begins the queues' URLs, as in http://127.0.0.1:9324.
	BaseURL string
	// Region and AccountID go into URLs and ARNs.
	Region, AccountID string
}

// A Service is a set of queues; see [New].
type Service struct {
	config Config

	mu       sync.Mutex
	queues   map[string]*Queue    // by name
	deleted  map[string]time.Time // names, and when their queue was deleted
	watchers map[*Watch]bool
	closed   bool
	changed  bool     // a count has, since the lock was taken
	touched  []*Queue // to be settled before the lock is given back
}

// New makes a service without queues. It needs no goroutine of its own; Close
// ends what waits in it.
func New(c Config) *Service {
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	return &Service{
		config: c, queues: map[string]*Queue{}, deleted: map[string]time.Time{}, watchers: map[*Watch]bool{},
	}
}

// Create makes a queue with the given attributes, or finds the one that has
// the name and the same values. Errors are of type [*Error]; one that is about
// attributes lists all that is wrong with them.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
func (s *Service) Create(name string, attributes, tags map[string]string) (*Queue, error) {
	if err := checkName(name, attributes["FifoQueue"] == "true"); err != nil {
		return nil, err
	}
	now := s.enter()
	defer s.leave()
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
		return nil, refuse(codeDeletedRecently, "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	q := newQueue(s, name, now)
	if err := q.configure(attributes, true); err != nil {
		return nil, err
	}
	if err := q.tag(tags); err != nil {
		return nil, err
	}
	s.queues[name] = q
	delete(s.deleted, name)
	return q, nil
}

// reuseAfter is how long the name of a deleted queue stays taken.
const reuseAfter = time.Minute

var errClosed = refuse(codeClosed, "The service is shutting down.")

func newQueue(s *Service, name string, now time.Time) *Queue {
	q := &Queue{
		service: s, name: name, created: now, modified: now, salt: rand.Uint64(), mostInFlight: maxInFlight,
		url:  s.config.BaseURL + "/" + s.config.AccountID + "/" + name,
		arn:  s.arn(name),
		fifo: strings.HasSuffix(name, fifoSuffix),
		tags: map[string]string{},
	}
	q.clear()
	return q
}

func (s *Service) arn(name string) string {
	return "arn:aws:sqs:" + s.config.Region + ":" + s.config.AccountID + ":" + name
}

// find returns the queue of a name; the lock is held.
func (s *Service) find(name string) (*Queue, error) {
	if s.closed {
		return nil, errClosed
	}
	if q := s.queues[name]; q != nil {
		return q, nil
	}
	return nil, errNoQueue
}

var errNoQueue = refuse(codeNoQueue, "The specified queue does not exist.")

// Close ends all waiting: receivers return an error, and so does every later
// operation. The messages are gone.
func (s *Service) Close() {
	s.enter()
	defer s.leave()
	s.closed = true
	for _, q := range s.queues {
		q.stop()
	}
}

// enter takes the lock. The time is read under it, so that it never runs
// backwards from one operation to the next.
func (s *Service) enter() time.Time {
	s.mu.Lock()
	return time.Now()
}

// leave gives the lock back, after telling those who wait what has changed.
func (s *Service) leave() {
	for _, q := range s.touched {
		q.settle()
	}
	s.touched = s.touched[:0]
	if s.changed {
		s.changed = false
		s.notify()
	}
	s.mu.Unlock()
}

// touch has a queue settled before the lock is given back.
func (s *Service) touch(q *Queue) {
	if !q.touched {
		q.touched = true
		s.touched = append(s.touched, q)
	}
}
