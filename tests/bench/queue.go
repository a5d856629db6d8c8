package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// actions are the measured actions, in order. A round receives the messages that it has
// sent, and then deletes them.
var actions = [...]string{"SendMessageBatch", "ReceiveMessage", "DeleteMessageBatch"}

// rates are messages per second, by action.
type rates [len(actions)]float64

const (
	queueRounds = 7                      // after one for warming up
	sendingFor  = 600 * time.Millisecond // of each round
	maxSent     = 100_000                // in a round: SQS allows 120,000 in flight
	slowRound   = 3 * time.Second
)

// measured is a running server, and the results of its rounds.
type measured struct {
	queueServer
	url    string
	rounds map[int][]rates // by the number of clients
	slow   bool
	err    error // why it is no longer measured
}

// queues measures the queue server next to a stub and other servers.
func queues(p programs) ([]row, error) {
	var all []*measured
	var notes []string
	for _, s := range queueServers(p) {
		if missing := s.missing(); missing != "" {
			notes = append(notes, s.name+": not installed ("+missing+")")
			continue
		}
		url, stop, err := s.start()
		if err != nil {
			notes = append(notes, s.name+": "+err.Error())
			continue
		}
		defer stop()
		all = append(all, &measured{queueServer: s, url: url, rounds: map[int][]rates{}})
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, clients := range []int{1, 8} {
		// A single client uses one processor, and leaves the others to the server.
		runtime.GOMAXPROCS(min(clients, runtime.NumCPU()))
		for round := range queueRounds + 1 {
			// Each round starts with another server, so that no server always follows the
			// same one.
			for i := range all {
				m := all[(round+i)%len(all)]
				if m.err = m.turn(clients, round); m.err != nil {
					notes = append(notes, m.name+": "+m.err.Error())
				}
			}
			all = slices.DeleteFunc(all, func(m *measured) bool { return m.err != nil })
		}
	}
	for _, note := range notes {
		fmt.Fprintln(os.Stderr, "bench: without", note)
	}
	return queueRows(all)
}

// queueRows returns the rows for each number of clients and each action: our server next
// to the stub, and next to the other servers.
func queueRows(all []*measured) ([]row, error) {
	if len(all) < 2 || all[0].name != "ours" || all[1].name != "stub" {
		return nil, errors.New("our server or the stub failed")
	}
	ours, stub, others := all[0], all[1], all[2:]
	var limits, peers []row
	for _, clients := range []int{1, 8} {
		for a, action := range actions {
			what := fmt.Sprintf("Queue: %s, %d client%s", action, clients, strings.Repeat("s", min(1, clients-1)))
			rate, limit := ours.rate(clients, a), stub.rate(clients, a)
			limits = append(limits, row{what, perSecond(rate), "stub: " + perSecond(limit), times(rate / limit), "≥ 0.8", rate >= 0.8*limit})
			peers = append(peers, peerRow(what, rate, others, clients, a))
		}
	}
	return append(limits, peers...), nil
}

// rate returns the median of the rounds.
func (m *measured) rate(clients, action int) float64 {
	return medianOf(m.rounds[clients], func(r rates) float64 { return r[action] })
}

// peerRow compares our rate with the best of the others.
func peerRow(what string, rate float64, others []*measured, clients, action int) row {
	r := row{what: what, measured: perSecond(rate), beside: "no other server is installed"}
	best := 0.0
	var figures []string
	for _, other := range others {
		best = max(best, other.rate(clients, action))
		figures = append(figures, other.name+": "+perSecond(other.rate(clients, action)))
	}
	if len(figures) > 0 {
		r.beside, r.ratio, r.goal, r.reached = strings.Join(figures, ", "), times(rate/best), "> 1", rate > best
	}
	return r
}

// turn measures one round. The first one is for warming up. If it takes long, it is the
// only round of that server.
func (m *measured) turn(clients, round int) error {
	if len(m.rounds[clients]) == 1 && m.slow {
		return nil
	}
	began := time.Now()
	got, err := m.round(clients, fmt.Sprintf("q%d-%d", clients, round))
	m.slow = time.Since(began) > slowRound
	if round > 0 || m.slow {
		m.rounds[clients] = append(m.rounds[clients], got)
	}
	return err
}

// round sends messages for a while, receives all of them, and deletes them.
func (m *measured) round(clients int, name string) (got rates, err error) {
	c := m.client(m.url, clients)
	queue, err := c.create(name)
	if err != nil {
		return got, err
	}
	var sent, received atomic.Int64
	var mu sync.Mutex
	var handles []string
	ends := time.Now().Add(sendingFor)
	took, err := together(clients, func() (bool, error) {
		more := sent.Add(batchSize) < maxSent && time.Now().Before(ends)
		return more, c.send(queue)
	})
	if err != nil {
		return got, err
	}
	got[0] = float64(sent.Load()) / took.Seconds()
	took, err = together(clients, func() (bool, error) {
		some, err := c.receive(queue)
		mu.Lock()
		defer mu.Unlock()
		handles = append(handles, some...)
		return received.Add(int64(len(some))) < sent.Load() && len(some) > 0, err
	})
	if err != nil {
		return got, err
	}
	if n := int64(len(handles)); n < sent.Load() {
		return got, fmt.Errorf("sent %d messages, but received %d", sent.Load(), n)
	}
	got[1] = float64(len(handles)) / took.Seconds()
	all := len(handles)
	took, err = together(clients, func() (bool, error) {
		mu.Lock()
		some := handles[:min(batchSize, len(handles))]
		handles = handles[len(some):]
		mu.Unlock()
		if len(some) == 0 {
			return false, nil
		}
		return true, c.delete(queue, some)
	})
	got[2] = float64(all) / took.Seconds()
	return got, err
}

// together runs clients concurrently until there is no more work.
func together(clients int, do func() (more bool, err error)) (time.Duration, error) {
	began := time.Now()
	var group sync.WaitGroup
	var failed atomic.Value
	for range clients {
		group.Go(func() {
			for more := true; more && failed.Load() == nil; {
				var err error
				if more, err = do(); err != nil {
					failed.Store(err)
				}
			}
		})
	}
	group.Wait()
	err, _ := failed.Load().(error)
	return time.Since(began), err
}
