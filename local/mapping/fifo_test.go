package mapping

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/plan"
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

// big returns a body so large that an event does not hold six of them.
func big(name string) string { return name + " " + strings.Repeat("x", 1<<20-10) }

func TestFIFOGroupResumesWhereItFailed(t *testing.T) {
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

func TestFIFOCarriedMessagesFollowOneAfterAnother(t *testing.T) {
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

func TestFIFOCarriedMessagesDoNotOvertakeFailedOnes(t *testing.T) {
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
		// The carried messages of b go on, and have not used an attempt.
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

func TestFIFOBatchThatTookTooLongIsNotFollowed(t *testing.T) {
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
		// The first batch became visible again meanwhile, so it is due first.
		r.wantBatches("a0 a1 a2 a3 a4", "a0 a1 a2 a3 a4", "a5 a6")
		r.left(0, 0, 0)
		r.stop()
	})
}

// TestNoMessageIsLost runs a function that does anything that functions do. Every
// message must succeed or be dead-lettered.
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

// survive sends messages, processes them until none are left, stops polling now
// and then, and checks the result of each.
func (r *rig) survive(dice *rand.Rand, slow bool) {
	var sent []string
	done := map[string]bool{}
	r.function = func(_ context.Context, records []seen) ([]byte, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.q.FIFO() && !slow {
			r.inOrder(records, sent, done)
		}
		return r.misbehave(dice, slow, records, done)
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
	r.left(0, 0, len(r.deadLetters()))
	maps.Copy(done, r.deadLetters())
	for _, body := range sent {
		if !done[body] {
			r.t.Errorf("%.5s is lost", body)
		}
	}
}

// misbehave is a function that succeeds, fails, crashes or takes long, and notes
// which messages succeeded. The rig is locked, except during a pause.
func (r *rig) misbehave(dice *rand.Rand, slow bool, records []seen, done map[string]bool) ([]byte, error) {
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
		failed := failingBodies(dice, records)
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

// failingBodies returns the bodies that a handler fails with: in a group, all after
// the first failure.
func failingBodies(dice *rand.Rand, records []seen) []string {
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

// deadLetters returns the bodies of the messages in the dead-letter queue.
func (r *rig) deadLetters() map[string]bool {
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

// inOrder expects that all messages of a group that were sent before one of these
// are done.
func (r *rig) inOrder(records []seen, sent []string, done map[string]bool) {
	known := maps.Clone(done)
	maps.Copy(known, r.deadLetters())
	for _, m := range records {
		for _, earlier := range sent[:slices.Index(sent, m.Body)] {
			if earlier[0] == m.Body[0] && !known[earlier] {
				r.t.Errorf("%.5s overtook %.5s", m.Body, earlier)
			}
		}
		known[m.Body] = true // for those that follow it in this batch
	}
}
