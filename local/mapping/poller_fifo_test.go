package mapping

import (
	"context"
	"errors"
	"fmt"
	"github.com/serverless-star/starjob/local/plan"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func (r *rig) wantBatches(want ...string) {
	r.t.Helper()
	var got []string
	for _, b := range r.worked() {
		got = append(got, strings.Join(b, " "))
	}
	if !slices.Equal(got, want) {
		r.t.Errorf("batches\n%q, want\n%q", got, want)
	}
}

// big makes a body that six events of cannot hold.
func big(name string) string { return name + " " + strings.Repeat("x", 1<<20-10) }

func TestFIFOGoesOnWhereItFailed(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10, MaxConcurrency: 2, ReportsFailures: true}, true, func(r *rig) {
		first := true
		r.function = func(_ context.Context, records []seen) ([]byte, error) {
			defer func() { first = false }()
			if first {
				return failing(records, "a2", "a3", "a4"), nil
			}
			return nil, nil
		}
		r.send("a0", "a1", "a2", "a3", "a4")
		r.start()
		r.wantBatches("a0 a1 a2 a3 a4")
		r.send("a5", "b0") // a5 must wait for those before it
		r.wantBatches("a0 a1 a2 a3 a4", "b0")
		time.Sleep(30 * time.Second)
		r.wantBatches("a0 a1 a2 a3 a4", "b0", "a2 a3 a4 a5")
		r.left(0, 0, 0)
		r.stop()
	})
}

func TestFIFOCarriedFollowOneAfterAnother(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10, MaxConcurrency: 3}, true, func(r *rig) {
		running := false
		r.function = func(context.Context, []seen) ([]byte, error) {
			if running {
				t.Error("two batches of one group at a time")
			}
			running = true
			time.Sleep(10 * time.Second)
			running = false
			return nil, nil
		}
		for _, name := range numbered("a", 8) {
			r.send(big(name))
		}
		r.start()
		r.wantBatches("a0 a1 a2 a3 a4")
		time.Sleep(10 * time.Second)
		r.wantBatches("a0 a1 a2 a3 a4", "a5 a6 a7")
		time.Sleep(10 * time.Second)
		r.left(0, 0, 0)
		r.stop()
	})
}

func TestFIFOCarriedDoNotOvertakeWhatFailed(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10, MaxConcurrency: 3}, true, func(r *rig) {
		crashed := false
		r.function = func(_ context.Context, records []seen) ([]byte, error) {
			if !crashed {
				crashed = true
				return nil, errors.New("no")
			}
			return nil, nil
		}
		for _, name := range []string{"a0", "a1", "a2", "a3", "a4", "a5", "b0", "b1"} {
			r.send(big(name))
		}
		r.start()
		// What b carried goes on, and has lost no attempt.
		r.wantBatches("a0 a1 a2 a3 a4", "b0 b1")
		r.left(1, 5, 0)
		if n := r.p.counters.retries.Load(); n != 0 {
			t.Errorf("%d retries", n)
		}
		time.Sleep(30 * time.Second)
		r.wantBatches("a0 a1 a2 a3 a4", "b0 b1", "a0 a1 a2 a3 a4", "a5")
		r.left(0, 0, 0)
		r.stop()
	})
}

func TestFIFOThatTookTooLongIsNotFollowed(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10, MaxConcurrency: 3}, true, func(r *rig) {
		slow := true
		r.function = func(_ context.Context, records []seen) ([]byte, error) {
			if slow {
				slow = false
				time.Sleep(31 * time.Second)
			}
			return nil, nil
		}
		for _, name := range numbered("a", 7) {
			r.send(big(name))
		}
		r.start()
		time.Sleep(32 * time.Second)
		// The queue had given the first batch up: it is due again, and first.
		r.wantBatches("a0 a1 a2 a3 a4", "a0 a1 a2 a3 a4", "a5 a6")
		r.left(0, 0, 0)
		r.stop()
	})
}

// TestNoMessageIsLost has a function do anything that functions do, and wants
// every message to be either one that it succeeded with, or dead.
func TestNoMessageIsLost(t *testing.T) {
	t.Parallel()
	for seed := range uint64(16) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			dice := rand.New(rand.NewPCG(seed, 0))
			m := plan.Mapping{BatchSize: 1 + dice.IntN(10), MaxConcurrency: 1 + dice.IntN(3), ReportsFailures: true}
			fifo := seed%2 == 0
			if !fifo {
				m.Window = time.Duration(dice.IntN(10)) * time.Second
			}
			bubble(t, m, fifo, func(r *rig) { r.survive(dice, seed%3 == 0) })
		})
	}
}

// survive sends messages, has them worked on until none are left, stops polling
// now and then, and looks at what became of them.
func (r *rig) survive(dice *rand.Rand, slow bool) {
	var sent []string
	done := map[string]bool{}
	r.function = func(_ context.Context, records []seen) ([]byte, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.q.FIFO() && !slow {
			r.inOrder(records, sent, done)
		}
		return r.whatever(dice, slow, records, done)
	}
	bigs := dice.IntN(7) // most are small, as big ones take their time
	for i := range 30 {
		body := fmt.Sprintf("%c%d", 'a'+dice.IntN(3), i)
		if i >= 10 && i < 10+bigs {
			body = big(body)
		}
		sent = append(sent, body)
	}
	r.send(sent...)
	for pause := range 5 {
		r.start()
		time.Sleep(time.Duration(pause*pause) * time.Second)
		r.stop()
	}
	r.start()
	time.Sleep(time.Hour)
	r.stop()
	r.left(0, 0, len(r.deadOnes()))
	maps.Copy(done, r.deadOnes())
	for _, body := range sent {
		if !done[body] {
			r.t.Errorf("%.5s is lost", body)
		}
	}
}

// whatever is a function that succeeds, fails, crashes or takes long, and notes
// what it succeeded with. The rig is locked, but for a pause.
func (r *rig) whatever(dice *rand.Rand, slow bool, records []seen, done map[string]bool) ([]byte, error) {
	chance := dice.IntN(10)
	if slow && chance < 3 {
		r.mu.Unlock()
		time.Sleep(time.Duration(20+10*chance) * time.Second)
		r.mu.Lock()
	}
	switch chance = dice.IntN(10); {
	case chance == 0:
		return nil, errors.New("no")
	case chance == 1:
		return []byte(`{"batchItemFailures":[{}]}`), nil
	case chance < 6:
		failed := unlucky(dice, records)
		for _, m := range records {
			if !slices.Contains(failed, m.Body) {
				done[m.Body] = true
			}
		}
		return failing(records, failed...), nil
	}
	for _, m := range records {
		done[m.Body] = true
	}
	return nil, nil
}

// unlucky are the bodies that a handler fails with: each once it has failed
// with one before it in its group.
func unlucky(dice *rand.Rand, records []seen) []string {
	var failed []string
	groups := map[byte]bool{}
	for _, m := range records {
		if groups[m.Body[0]] || dice.IntN(3) == 0 {
			groups[m.Body[0]] = true
			failed = append(failed, m.Body)
		}
	}
	return failed
}

// deadOnes are the bodies of the messages in the dead-letter queue.
func (r *rig) deadOnes() map[string]bool {
	messages, err := r.dead.Receive(r.t.Context(), 1000, 0, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	all := map[string]bool{}
	for _, m := range messages {
		all[m.Body] = true
	}
	return all
}

// inOrder wants all messages of a group that were sent before one of these to
// be done.
func (r *rig) inOrder(records []seen, sent []string, done map[string]bool) {
	known := maps.Clone(done)
	maps.Copy(known, r.deadOnes())
	for _, m := range records {
		for _, earlier := range sent[:slices.Index(sent, m.Body)] {
			if earlier[0] == m.Body[0] && !known[earlier] {
				r.t.Errorf("%.5s overtook %.5s", m.Body, earlier)
			}
		}
		known[m.Body] = true // as far as its followers in this batch go
	}
}
