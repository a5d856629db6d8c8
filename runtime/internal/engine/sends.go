package engine

import (
	"context"
	"sync"

	"github.com/serverless-star/starjob/runtime/internal/outbox"
)

// sends tracks what one item generates, from the time that generate accepts it until
// SQS has accepted it. The item may be acknowledged only if nothing was lost.
type sends struct {
	mu    sync.Mutex
	open  int           // accepted by generate, not yet known to be sent
	sent  int           // accepted by SQS
	lost  error         // of the first one that was not sent
	ended error         // why no more are accepted; nil while the handler is running
	idle  chan struct{} // closed when open falls to 0; nil if nothing waits for that
}

// begin accepts one more, unless the handler has ended or something was lost. An item
// that lost something fails anyway, and everything that it still generated would
// arrive twice.
func (s *sends) begin() (lost, ended error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil && s.lost == nil {
		s.open++
	}
	return s.lost, s.ended
}

// done notes that one was sent, or why it was not.
func (s *sends) done(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.sent++
	} else if s.lost == nil {
		s.lost = err
	}
	s.close()
}

// close removes one from those that are open. The caller holds mu.
func (s *sends) close() {
	s.open--
	if s.open == 0 && s.idle != nil {
		close(s.idle)
		s.idle = nil
	}
}

// undo reverts begin for an entry that the outbox did not accept.
func (s *sends) undo() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.close()
}

// anyLost reports whether one was lost.
func (s *sends) anyLost() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost != nil
}

// end refuses further ones. The first reason that is given is kept.
func (s *sends) end(reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		s.ended = reason
	}
}

// wait waits, after end, until everything is sent or lost, and returns the error of
// the first that was lost. Those that are still open when ctx ends count as lost.
func (s *sends) wait(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open > 0 {
		if s.idle == nil {
			s.idle = make(chan struct{})
		}
		idle := s.idle
		s.mu.Unlock()
		select {
		case <-idle:
		case <-ctx.Done():
		}
		s.mu.Lock()
	}
	if s.lost == nil && s.open > 0 {
		s.lost = outbox.ErrUnconfirmed
	}
	return s.lost
}

// none reports whether nothing was generated.
func (s *sends) none() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open == 0 && s.sent == 0 && s.lost == nil
}

// state returns how many were sent, and the error of the first that was lost.
func (s *sends) state() (sent int, lost error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent, s.lost
}
