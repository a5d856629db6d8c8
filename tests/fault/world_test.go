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

	"github.com/serverless-star/starjob/cli/local/queue"
)

// world is one seed at work: queues that keep SQS's promises, behind a proxy
// that does not, and function processes under a host that kills them.
type world struct {
	*plan
	*ledger
	program string // the binary under test
	service *queue.Service
	work    *queue.Queue
	dead    *queue.Queue
	server  *httptest.Server
	calls   atomic.Int64 // of SQS, that are not answered yet
	logs    *logs

	mu        sync.Mutex
	counts    map[string]int
	processes map[string]*process
	serial    int

	done context.Context // ends when the queues are drained
	end  context.CancelCauseFunc
}

func workQueue(fifo bool) string { return queueName("work", fifo) }
func deadQueue(fifo bool) string { return queueName("dead", fifo) }

func queueName(name string, fifo bool) string {
	if fifo {
		name += ".fifo"
	}
	return name
}

func newWorld(ctx context.Context, p *plan, program string, s *stats) (*world, error) {
	w := &world{
		plan: p, program: program, logs: &logs{},
		counts: map[string]int{}, processes: map[string]*process{},
	}
	w.done, w.end = context.WithCancelCause(ctx)
	w.ledger = newLedger(p, s, func() { w.end(errBroken) })
	w.server = httptest.NewServer(w)
	w.service = queue.New(queue.Config{BaseURL: w.server.URL, Region: "eu-central-1", AccountID: "123456789012"})
	kind := map[string]string{}
	if p.fifo {
		kind["FifoQueue"] = "true"
	}
	var err error
	if w.dead, err = w.service.Create(deadQueue(p.fifo), kind, nil); err != nil {
		return nil, err
	}
	kind["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, w.dead.ARN(), p.maxAttempts)
	if w.work, err = w.service.Create(workQueue(p.fifo), kind, nil); err != nil {
		return nil, err
	}
	_, err = w.service.Create("sink", nil, nil)
	return w, err
}

// run kicks the job off and lets it grow until its queue is empty.
func (w *world) run() error {
	defer w.server.Close()
	defer w.service.Close()
	if err := w.kickOff(); err != nil {
		return err
	}
	var pollers sync.WaitGroup
	for range w.plan.processes {
		pollers.Go(w.poll)
	}
	w.drain()
	pollers.Wait()
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
		s := w.service.Snapshot()[w.work.Name()]
		if quiet && s.Visible+s.InFlight+s.Delayed == 0 {
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

// deadLetters takes the items out of the dead-letter queue, by the ID of the
// message that died.
func (w *world) deadLetters() (map[string]string, error) {
	dead := map[string]string{}
	for {
		messages, err := w.dead.Receive(context.Background(), 1000, 0, -1)
		if err != nil || len(messages) == 0 {
			return dead, err
		}
		for _, m := range messages {
			id := m.ID
			if a, ok := m.Attributes["star.message.id"]; ok {
				id = a.StringValue
			}
			dead[id] = read(m.Body).ID
			if err := w.dead.Delete(m.ReceiptHandle); err != nil {
				return dead, err
			}
		}
	}
}

// ServeHTTP is all that a process talks to: /<process>/2018-06-01/runtime/… is
// Lambda, /<process>/report/… the test, /<process>/sqs SQS.
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
	case parts[1] == "report":
		w.told(parts[2], parts[3])
		p.pass(moment(parts[2]))
	default:
		p.runtimeAPI(out, r, parts[3:])
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
