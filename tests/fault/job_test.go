package fault

import (
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// subject is a program under test with the job that it is for.
type subject struct {
	name    string
	share   uint64 // it gets one of so many seeds
	items   int    // that it has at least, in a world
	job     func(seed uint64) job
	program program
}

// program is how to start a program: command makes a process of a function,
// whose handler is a step's, by its name, or star.generate.
type program struct {
	command func() *exec.Cmd
	handler func(seed uint64, step string) string
	hosted  bool // its handlers run in a process of their own, behind a dispatcher
}

// job is what a world is about. What it says of items, it says by their IDs.
type job interface {
	weather() *plan
	// steps are the job's, and those that are read have a function each.
	steps() []step
	// kickOff is the event of the generate function, and the first item's ID.
	kickOff(base string) (event, id string)
	// environment are the variables of a process that finds its services at base.
	environment(base string) []string
	// serve is such a service.
	serve(p *process, out http.ResponseWriter, r *http.Request, path []string)

	// read finds out of a message which item it carries and, if it tells, which
	// delivery's handler generated it.
	read(step, body string) item
	// generates tells whether one item may generate another one.
	generates(id, child string) bool
	// delay is how long an item asks to be held back.
	delay(id string) time.Duration
	// fails tells whether an attempt may fail by its handler's own doing.
	fails(d *delivery) bool
	// steers tells whether the handler says what becomes of an item that fails:
	// IgnoreErrors leaves that alone.
	steers(id string) bool
	// drops tells whether the handler gives the item up.
	drops(id string) bool
	// poisonous tells whether SQS never takes the item.
	poisonous(id string) bool
	// did tells whether an attempt has had its effect.
	did(d *delivery) bool
	// owes names something that an item generates and that is not there.
	owes(id string, there map[string]bool) string
	// last judges the world at its end.
	last(l *ledger)
}

// step is a step of a job. Nobody reads the queue of one that is not read.
type step struct {
	name         string
	read         bool
	ignoreErrors bool
}

// item is what a message carries. By names the delivery whose handler generated
// it, so that what each attempt sent can be told apart.
type item struct{ ID, By string }

// Names of queues.
const (
	deadSuffix = "-dead"
	fifoSuffix = ".fifo"
)

func queueName(step string, dead, fifo bool) string {
	if dead {
		step += deadSuffix
	}
	if fifo {
		step += fifoSuffix
	}
	return step
}

// stepOf tells whose queue a queue is.
func stepOf(queue string) (step string, dead bool) {
	return strings.CutSuffix(strings.TrimSuffix(queue, fifoSuffix), deadSuffix)
}

// plain is a job with nothing special about it, to be embedded.
type plain struct{ *plan }

func (p plain) weather() *plan            { return p.plan }
func (plain) environment(string) []string { return nil }
func (plain) serve(_ *process, out http.ResponseWriter, r *http.Request, _ []string) {
	http.NotFound(out, r)
}
func (plain) delay(string) time.Duration { return 0 }
func (plain) fails(*delivery) bool       { return false }
func (plain) steers(string) bool         { return false }
func (plain) drops(string) bool          { return false }
func (plain) poisonous(string) bool      { return false }
