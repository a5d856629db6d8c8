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
)

// world is one seed at work: queues that keep SQS's promises, behind a proxy
// that does not, and function processes under a host that kills them.
type world struct {
	*plan
	*ledger
	program program
	service *queue.Service
	queues  map[string]*queue.Queue // by step
	dead    map[string]*queue.Queue
	server  *httptest.Server
	calls   atomic.Int64 // of SQS, that are not answered yet
	logs    *logs

	mu        sync.Mutex
	counts    map[string]int
	processes map[string]*process
	serial    int
	alone     map[string]bool // bodies that must not be in a batch with others any more

	done context.Context // ends when the queues are drained
	end  context.CancelCauseFunc
}

func newWorld(ctx context.Context, j job, program program, s *stats) (*world, error) {
	w := &world{
		plan: j.weather(), program: program, logs: &logs{}, counts: map[string]int{}, processes: map[string]*process{},
		alone: map[string]bool{}, queues: map[string]*queue.Queue{}, dead: map[string]*queue.Queue{},
	}
	w.done, w.end = context.WithCancelCause(ctx)
	w.ledger = newLedger(j, s, func() { w.end(errBroken) })
	w.server = httptest.NewServer(w)
	w.service = queue.New(queue.Config{BaseURL: w.server.URL, Region: "eu-central-1", AccountID: "123456789012"})
	for _, s := range j.steps() {
		if err := w.create(s); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// create makes a step's queues. One that is not read is a plain one.
func (w *world) create(s step) (err error) {
	kind, fifo := map[string]string{}, w.fifo && s.read
	if fifo {
		kind["FifoQueue"] = "true"
	}
	if w.dead[s.name], err = w.service.Create(queueName(s.name, true, fifo), kind, nil); err != nil {
		return err
	}
	kind["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, w.dead[s.name].ARN(), w.maxAttempts)
	w.queues[s.name], err = w.service.Create(queueName(s.name, false, fifo), kind, nil)
	return err
}

// run kicks the job off and lets it grow until its queue is empty.
func (w *world) run() error {
	defer w.server.Close()
	defer w.service.Close()
	if err := w.kickOff(); err != nil {
		return err
	}
	var mappings sync.WaitGroup
	for _, s := range w.job.steps() {
		for range w.plan.processes {
			if s.read {
				mappings.Go(func() { w.serve(s) })
			}
		}
	}
	w.drain()
	mappings.Wait()
	switch err := context.Cause(w.done); err {
	case errDrained:
	case errBroken:
		return nil // the ledger says why
	default:
		return fmt.Errorf("%w; queues: %+v", err, w.service.Snapshot())
	}
	dead, err := w.deadLetters()
	if err != nil {
		return err
	}
	w.close(dead)
	return nil
}

// patience is how long a world may take; the slowest needs a tenth of it.
const patience = 2 * time.Minute

// Why a world ends.
var (
	errDrained = errors.New("the queues are drained")
	errBroken  = errors.New("a claim does not hold")
)

// drain returns when no message is left and no call can bring one.
func (w *world) drain() {
	watch := w.service.Watch()
	defer watch.Stop()
	over := time.After(patience)
	for {
		quiet := w.calls.Load() == 0 // looked at first: a call that ends now has changed the counts
		if left := w.left(); quiet && left == 0 {
			w.end(errDrained)
		}
		select {
		case <-watch.C:
		case <-time.After(10 * time.Millisecond): // a call may end without a change
		case <-w.done.Done():
			return
		case <-over:
			w.end(fmt.Errorf("not drained after %v", patience))
		}
	}
}

// left counts the messages in queues that are read.
func (w *world) left() (n int) {
	all := w.service.Snapshot()
	for _, s := range w.job.steps() {
		if now := all[w.queues[s.name].Name()]; s.read {
			n += now.Visible + now.InFlight + now.Delayed
		}
	}
	return n
}

// deadLetters takes the items out of the dead-letter queues, by the ID of the
// message that died.
func (w *world) deadLetters() (map[string]string, error) {
	dead := map[string]string{}
	for step, q := range w.dead {
		messages, err := q.Receive(context.Background(), 10_000, 0, -1)
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			id := m.ID
			if a, ok := m.Attributes["star.message.id"]; ok {
				id = a.StringValue
			}
			dead[id] = w.job.read(step, m.Body).ID
		}
	}
	return dead, nil
}

// ServeHTTP is all that a process talks to: /<process>/2018-06-01/runtime/… is
// Lambda, /<process>/sqs is SQS, and all else the job's.
func (w *world) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	w.mu.Lock()
	p := w.processes[parts[0]]
	w.mu.Unlock()
	switch {
	case p == nil || len(parts) < 2:
		http.NotFound(out, r)
	case parts[1] == "sqs":
		w.calls.Add(1)
		defer w.calls.Add(-1)
		w.proxy(p, out, r)
	case parts[1] == "2018-06-01" && len(parts) > 4:
		p.runtimeAPI(out, r, parts[3:])
	default:
		w.job.serve(p, out, r, parts[1:])
	}
}

// count counts what happens, by its kind, from 1.
func (w *world) count(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[what]++
	return w.counts[what]
}

// lot draws the lot of the n-th event of a kind: the same for the same seed.
func (w *world) lot(what string, sides int) int {
	return w.roll(sides, what+" "+strconv.Itoa(w.count(what)))
}
