package engine

import (
	"context"
	"errors"
	"testing"
)

func TestNothingIsAcceptedAfterALoss(t *testing.T) {
	t.Parallel()
	var s sends
	if lost, ended := s.begin(); lost != nil || ended != nil {
		t.Fatal(lost, ended)
	}
	s.done(errBroken)
	if lost, _ := s.begin(); !errors.Is(lost, errBroken) {
		t.Errorf("an item that lost something may generate more: %v", lost)
	}
	s.end(errEnded)
	s.end(errDeadline)
	if _, ended := s.begin(); !errors.Is(ended, errEnded) {
		t.Errorf("an item that has ended may generate more: %v", ended)
	}
	if err := s.wait(t.Context()); !errors.Is(err, errBroken) || s.open != 0 {
		t.Errorf("waited for %v, %d open", err, s.open)
	}
}

func TestOpenSendsCountAsLost(t *testing.T) {
	t.Parallel()
	var s sends
	s.begin()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.wait(ctx); err == nil {
		t.Error("an unconfirmed send counts as sent")
	}
	s.done(nil) // too late to change the outcome
	if sent, lost := s.state(); sent != 1 || lost == nil {
		t.Errorf("%d sent, lost %v", sent, lost)
	}
}
