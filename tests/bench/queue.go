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

// actions are what is measured, in their order: what one round sends it
// receives, and what it receives it deletes.
var actions = [...]string{"SendMessageBatch", "ReceiveMessage", "DeleteMessageBatch"}

// rates are messages a second, by action.
type rates [len(actions)]float64

const (
	queueRounds = 7                      // and one before them, for servers that must warm up
	sendingFor  = 600 * time.Millisecond // of each round
	mostSent    = 100_000                // in a round: SQS lets 120,000 be in flight
	slow        = 3 * time.Second
)

// measured is a server at work, and what came of its rounds.
type measured struct {
	queueServer
	url    string
	rounds map[int][]rates // by the number of clients
	slow   bool
	err    error // why it takes no more part
}

// queues measures the queue server alone, beside a stub and other servers.
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
		// One client keeps to one processor, and leaves the others to the server.
		runtime.GOMAXPROCS(min(clients, runtime.NumCPU()))
		for round := range queueRounds + 1 {
			// Each round begins with another server: none always follows the same one.
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

// queueRows are the rows for each number of clients and action: ours beside the
// stub, beside the servers that the SDK can talk to, and beside the other one.
func queueRows(all []*measured) ([]row, error) {
	if len(all) < 3 || all[2].name != "ours, bare" {
		return nil, errors.New("neither ours nor the stub may fail")
	}
	ours, limit, bare := all[0], all[1], all[2]
	var rows, peers, others []row
	for _, clients := range []int{1, 8} {
		for a, action := range actions {
			what := fmt.Sprintf("Queue: %s, %d client%s", action, clients, strings.Repeat("s", min(1, clients-1)))
			ratio := ours.rate(clients, a) / limit.rate(clients, a)
			rows = append(rows, row{what, perSecond(ours.rate(clients, a)), "stub: " + perSecond(limit.rate(clients, a)), times(ratio), "≥ 0.8", ratio >= 0.8})
			peers = append(peers, ours.beside(what, clients, a, all[3:], false))
			others = append(others, bare.beside(what+", bare", clients, a, all[3:], true))
		}
	}
	return slices.Concat(rows, peers, others), nil
}

// rate is the median of the rounds.
func (m *measured) rate(clients, action int) float64 {
	return medianOf(m.rounds[clients], func(r rates) float64 { return r[action] })
}

// beside is a row with the others that have the same kind of client.
func (m *measured) beside(what string, clients, action int, others []*measured, bare bool) row {
	r := row{what: what, measured: perSecond(m.rate(clients, action)), beside: "no other server is installed"}
	best := 0.0
	var figures []string
	for _, other := range others {
		name, isBare := strings.CutSuffix(other.name, ", bare")
		if isBare != bare {
			continue
		}
		best = max(best, other.rate(clients, action))
		figures = append(figures, name+": "+perSecond(other.rate(clients, action)))
	}
	if len(figures) > 0 {
		ratio := m.rate(clients, action) / best
		r.beside, r.ratio, r.goal, r.reached = strings.Join(figures, ", "), times(ratio), "> 1", ratio > 1
	}
	return r
}

// turn is one round. The first one is for warming up; a server that takes long
// over it is measured by it alone.
func (m *measured) turn(clients, round int) error {
	if len(m.rounds[clients]) == 1 && m.slow {
		return nil
	}
	began := time.Now()
	got, err := m.round(clients, fmt.Sprintf("q%d-%d", clients, round))
	m.slow = time.Since(began) > slow
	if round > 0 || m.slow {
		m.rounds[clients] = append(m.rounds[clients], got)
	}
	return err
}

// round sends for a while, receives all that was sent, and deletes it.
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
		more := sent.Add(batchOfTen) < mostSent && time.Now().Before(ends)
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
		return got, fmt.Errorf("of %d messages, %d were received", sent.Load(), n)
	}
	got[1] = float64(len(handles)) / took.Seconds()
	all := len(handles)
	took, err = together(clients, func() (bool, error) {
		mu.Lock()
		some := handles[:min(batchOfTen, len(handles))]
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

// together has clients work at the same time for as long as there is more to do.
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
