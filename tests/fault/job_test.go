package fault

import (
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// testCase is a program under test, with the job that it runs.
type testCase struct {
	name    string
	share   uint64 // it gets one of this many seeds
	items   int    // the average of items in a trial is at least this
	job     func(seed uint64) job
	program program
}

// program starts the processes of a function. handler returns the name of the
// handler of a step.
type program struct {
	command func() *exec.Cmd
	handler func(seed uint64, step string) string
	hosted  bool // its handlers run in a host process, behind the dispatcher
}

// job is the job of a trial, with everything that its ledger must know about it. Items have
// IDs, which each job finds in the bodies of messages.
type job interface {
	// scenario returns the scenario that the seed has chosen for the job.
	scenario() *scenario
	// steps returns the steps. Those that are consumed have a function.
	steps() []step
	// kickOff returns the event of the generate function, and the ID of the first item.
	kickOff(base string) (event, id string)
	// environment returns the variables of a process that finds the job's services at
	// the URL base.
	environment(base string) []string
	// serve implements these services.
	serve(p *process, out http.ResponseWriter, r *http.Request, path []string)

	// itemOf returns the item in the body of a message of a step.
	itemOf(step, body string) item
	// mayGenerate reports whether one item may generate another one.
	mayGenerate(id, child string) bool
	// delayOf returns the delay with which an item is generated.
	delayOf(id string) time.Duration
	// mayFail reports whether the handler itself may make an attempt fail.
	mayFail(d *delivery) bool
	// decidesOutcome reports whether the handler decides what happens to a failed item,
	// as by Drop. IgnoreErrors has no effect then.
	decidesOutcome(id string) bool
	// drops reports whether the handler drops the item.
	drops(id string) bool
	// unsendable reports whether SQS never accepts the item.
	unsendable(id string) bool
	// hasEffect reports whether an attempt has had its effect.
	hasEffect(d *delivery) bool
	// missing returns an item that another one must generate and that is not in sent, or
	// "".
	missing(id string, sent map[string]bool) string
	// judgeEnd judges the end of a trial. The lock of the ledger is held.
	judgeEnd(l *ledger)
}

// step is a step of a job. If it is not consumed, no function reads its queue.
type step struct {
	name         string
	consumed     bool
	ignoreErrors bool
}

// item is the item of a message. By is the key of the delivery whose handler generated it,
// which distinguishes the sends of each attempt. It may be empty.
type item struct{ ID, By string }

// Suffixes of queue names.
const (
	deadSuffix = "-dead"
	fifoSuffix = ".fifo"
)

// queueName returns the name of a step's queue, or of its dead-letter queue.
func queueName(step string, dead, fifo bool) string {
	if dead {
		step += deadSuffix
	}
	if fifo {
		step += fifoSuffix
	}
	return step
}

// stepOf returns the step of a queue, and whether it is the dead-letter queue.
func stepOf(queue string) (step string, dead bool) {
	return strings.CutSuffix(strings.TrimSuffix(queue, fifoSuffix), deadSuffix)
}

// baseJob has the methods of a job whose handlers neither fail nor delay nor drop. Jobs
// embed it.
type baseJob struct{ s *scenario }

func (p baseJob) scenario() *scenario       { return p.s }
func (baseJob) environment(string) []string { return nil }
func (baseJob) serve(_ *process, out http.ResponseWriter, r *http.Request, _ []string) {
	http.NotFound(out, r)
}
func (baseJob) delayOf(string) time.Duration { return 0 }
func (baseJob) mayFail(*delivery) bool       { return false }
func (baseJob) decidesOutcome(string) bool   { return false }
func (baseJob) drops(string) bool            { return false }
func (baseJob) unsendable(string) bool       { return false }
