package fault

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/tests/functest"
)

// trial is one run of a job in one scenario: queues that keep SQS's promises, behind a
// proxy that does not, and function processes that are frozen and killed.
type trial struct {
	scenario   *scenario
	job        job
	program    program
	ledger     *ledger
	stats      *stats
	service    *queue.Service
	queues     map[string]*queue.Queue // by step
	deadQueues map[string]*queue.Queue
	server     *httptest.Server
	openCalls  atomic.Int64 // calls of SQS that are not answered yet
	logs       *logs

	mu          sync.Mutex
	counts      map[string]int // of events, by their kind
	processes   map[string]*process
	lastProcess int
	sendAlone   map[string]bool // bodies that must not be in a batch with others again

	ended context.Context // ends when the queues are drained
	end   context.CancelCauseFunc
}

func newTrial(ctx context.Context, j job, program program, s *stats) (*trial, error) {
	t := &trial{
		scenario: j.scenario(), job: j, program: program, stats: s, logs: &logs{}, counts: map[string]int{}, processes: map[string]*process{},
		sendAlone: map[string]bool{}, queues: map[string]*queue.Queue{}, deadQueues: map[string]*queue.Queue{},
	}
	t.ended, t.end = context.WithCancelCause(ctx)
	t.ledger = newLedger(j, s, func() { t.end(errViolation) })
	t.server = httptest.NewServer(t)
	t.service = queue.New(queue.Config{BaseURL: t.server.URL, Region: functest.Region, AccountID: functest.AccountID})
	for _, s := range j.steps() {
		if err := t.create(s); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// create creates the queues of a step. Only those of consumed steps may be FIFO.
func (t *trial) create(s step) (err error) {
	kind, fifo := map[string]string{}, t.scenario.fifo && s.consumed
	if fifo {
		kind["FifoQueue"] = "true"
	}
	if t.deadQueues[s.name], err = t.service.Create(queueName(s.name, true, fifo), kind, nil); err != nil {
		return err
	}
	kind["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, t.deadQueues[s.name].ARN(), t.scenario.maxAttempts)
	t.queues[s.name], err = t.service.Create(queueName(s.name, false, fifo), kind, nil)
	return err
}

// run kicks the job off, runs its event source mappings until the queues are empty, and
// has the ledger judge the end.
func (t *trial) run() error {
	defer t.server.Close()
	defer t.service.Close()
	if err := t.kickOff(); err != nil {
		return err
	}
	var mappings sync.WaitGroup
	for _, s := range t.job.steps() {
		for range t.scenario.processes {
			if s.consumed {
				mappings.Go(func() { t.runMapping(s) })
			}
		}
	}
	t.drain()
	mappings.Wait()
	switch err := context.Cause(t.ended); err {
	case errDrained:
	case errViolation:
		return nil // the ledger says why
	default:
		return fmt.Errorf("%w; queues: %+v", err, t.service.Snapshot())
	}
	dead, err := t.deadLetters()
	if err != nil {
		return err
	}
	t.ledger.judgeEnd(dead)
	return nil
}

// stallTimeout is how long a trial may go on without the number of messages in its queues
// changing. A busy machine makes trials slow, but not that slow.
const stallTimeout = pace * 2 * time.Minute

// trialTimeout bounds a trial whose messages circulate forever.
const trialTimeout = 3 * stallTimeout

// Why a trial ends.
var (
	errDrained   = errors.New("the queues are drained")
	errViolation = errors.New("a claim does not hold")
)

// drain ends the trial when no message is left and no call can send one.
func (t *trial) drain() {
	watch := t.service.Watch()
	defer watch.Stop()
	stalled, last := time.NewTimer(stallTimeout), 0
	over := time.After(trialTimeout)
	for {
		quiet := t.openCalls.Load() == 0 // read first: a call that ends now has changed the counts
		left := t.remaining()
		if quiet && left == 0 {
			t.end(errDrained)
		}
		if left != last {
			stalled.Reset(stallTimeout)
			last = left
		}
		select {
		case <-watch.C:
		case <-time.After(10 * time.Millisecond): // the last call may end without changing a queue
		case <-t.ended.Done():
			return
		case <-over:
			t.end(fmt.Errorf("not drained after %v", trialTimeout))
		case <-stalled.C:
			t.end(fmt.Errorf("no message was sent or deleted for %v", stallTimeout))
		}
	}
}

// remaining counts the messages in the queues of consumed steps.
func (t *trial) remaining() (n int) {
	all := t.service.Snapshot()
	for _, s := range t.job.steps() {
		if now := all[t.queues[s.name].Name()]; s.consumed {
			n += now.Visible + now.InFlight + now.Delayed
		}
	}
	return n
}

// deadLetters returns the items in the dead-letter queues, by the IDs of their original
// messages.
func (t *trial) deadLetters() (map[string]string, error) {
	dead := map[string]string{}
	for step, q := range t.deadQueues {
		messages, err := q.Receive(context.Background(), 10_000, 0, -1)
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			id := m.ID
			if a, ok := m.Attributes["star.message.id"]; ok {
				id = a.StringValue
			}
			dead[id] = t.job.itemOf(step, m.Body).ID
		}
	}
	return dead, nil
}

// ServeHTTP implements all services of a process: /<process>/2018-06-01/runtime/… is the
// Runtime API, /<process>/sqs is SQS, and the rest are services of the job.
func (t *trial) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	t.mu.Lock()
	p := t.processes[parts[0]]
	t.mu.Unlock()
	switch {
	case p == nil || len(parts) < 2:
		http.NotFound(out, r)
	case parts[1] == "sqs":
		t.openCalls.Add(1)
		defer t.openCalls.Add(-1)
		t.proxy(p, out, r)
	case parts[1] == "2018-06-01" && len(parts) > 4:
		p.runtimeAPI(out, r, parts[3:])
	default:
		t.job.serve(p, out, r, parts[1:])
	}
}

// count returns the number of an event among those of its kind, from 1.
func (t *trial) count(what string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[what]++
	return t.counts[what]
}

// draw returns a number below n for the next event of a kind. It follows from the seed
// and the number of the event.
func (t *trial) draw(what string, n int) int {
	return t.scenario.draw(n, what+" "+strconv.Itoa(t.count(what)))
}
