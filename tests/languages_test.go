package tests

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/sandbox"
	"github.com/serverless-star/starjob/runtime/layer"
	"github.com/serverless-star/starjob/runtime/wire"
	"github.com/serverless-star/starjob/tests/functest"
)

// rules are the guarantees of docs/handlers.md for handlers in every language.
var rules = map[string]func(*testing.T, language){
	// languages_items_test.go
	"items run at the same time":                         itemsRunAtTheSameTime,
	"the reply lists exactly the failed items":           replyListsExactlyTheFailed,
	"a failure is the item's alone":                      failureIsTheItemsAlone,
	"unfinished items fail at the deadline":              unfinishedItemsFailAtTheDeadline,
	"a handler stopped at the deadline has not finished": stoppedHandlerHasNotFinished,
	"a process that ends fails only open items":          endOfTheProcessFailsOpenItems,
	"any other event is one item":                        anyOtherEventIsOneItem,
	"a handler knows its item's metadata":                handlerKnowsItsItem,
	// languages_generating_test.go
	"a message's body is the item's JSON and nothing else":  messageBodyIsTheItem,
	"generated items exist when the reply leaves":           generatedItemsExistAtTheReply,
	"a lost send fails the item that generated it":          lostSendFailsItsOwnItem,
	"generate refuses at once what cannot be sent":          generateRefusesWhatCannotBeSent,
	"characters that SQS forbids are escaped":               forbiddenCharactersAreEscaped,
	"a FIFO group keeps the order in which items generated": groupsKeepTheOrderOfGeneration,
	"the generate function needs no handler":                generateFunctionNeedsNoHandler,
	"an empty list generates nothing":                       emptyGenerateAndEmptyDrop,
	// languages_failures_test.go
	"failed items are retried after their delay":            failedItemsAreRetriedLater,
	"dropped items and last attempts are dead-lettered":     droppedAndLastAttemptsAreDeadLettered,
	"IgnoreErrors covers handlers and not sends":            ignoreErrorsCoversHandlersOnly,
	"an error may be long and have any characters":          errorsMayBeLongAndOfAnyCharacters,
	"logs and metrics name the step and the failed message": logsAndMetricsNameStepAndMessage,
}

// TestRulesInEveryLanguage holds handlers in each language to the rules, with the
// binaries that are deployed, behind the sandbox's Runtime API and the local queue.
func TestRulesInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, l := range languages {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			for name, rule := range rules {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					rule(t, l)
				})
			}
		})
	}
}

// language is a language of handlers. The same items have the same effect
// in each of them: testdata/languages has a handler that does what an item says.
type language struct {
	name, handler string
	interpreter   string // empty for Go
	folder        string
}

var languages = []language{
	{"Go", "work.handle", "", "go"},
	{"JavaScript", "work.handle", "node", "javascript"},
	{"Python", "work.handle", "python3", "python"},
	{"Python async", "work.handle_async", "python3", "python"},
}

// languagePrograms are the programs of the functions in all languages, built once.
var languagePrograms struct {
	once sync.Once
	err  error
}

// command returns the command by which Lambda would start a function.
func (l language) command(t *testing.T) []string {
	t.Helper()
	program(t, "star") // makes the folder
	root := filepath.Join(programs.dir, "layer")
	languagePrograms.once.Do(func() {
		if languagePrograms.err = layer.Write(root); languagePrograms.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", programs.dir+string(filepath.Separator), "../runtime/dispatch/dispatcher")
		if languagePrograms.err = build.Run(); languagePrograms.err != nil {
			return
		}
		build = exec.Command("go", "build", "-o", filepath.Join(programs.dir, "work"), "./testdata/languages/go")
		languagePrograms.err = build.Run()
	})
	if languagePrograms.err != nil {
		t.Fatal(languagePrograms.err)
	}
	if l.interpreter == "" {
		return []string{filepath.Join(programs.dir, "work")}
	}
	interpreter, err := exec.LookPath(l.interpreter)
	if err != nil {
		t.Skip(err)
	}
	return []string{filepath.Join(programs.dir, "dispatcher"), root, interpreter}
}

// The queues of the function under test. It may generate for the steps next, ordered
// (FIFO) and gone, whose queue does not exist.
const (
	stepQueue    = "Job-step"
	deadQueue    = "Job-step-dead"
	nextQueue    = "Job-next"
	orderedQueue = "Job-ordered.fifo"
	goneQueue    = "Job-next-gone"
)

// function is the function under test, with its queues and all that it has printed.
type function struct {
	t      *testing.T
	runner *sandbox.Runner
	queues *functest.Queues
	logs   output
}

// start starts a function with a timeout that no test comes near.
func start(t *testing.T, l language) *function { return startFunction(t, l, time.Minute, nil) }

// startFunction starts a function in a language. more are further variables of its
// environment.
func startFunction(t *testing.T, l language, timeout time.Duration, more map[string]string) *function {
	t.Helper()
	f := &function{t: t, queues: functest.NewQueues(t, stepQueue, deadQueue, nextQueue, orderedQueue)}
	url := func(name string) string { return f.queues.Queue(name).URL() }
	environment := map[string]string{
		"AWS_ENDPOINT_URL_SQS": f.queues.URL, wire.EnvJob: "Job", wire.EnvStep: "step", wire.EnvHandler: l.handler,
		wire.EnvQueue: url(stepQueue), wire.EnvDeadLetterQueue: url(deadQueue),
		wire.EnvQueues: strings.Join([]string{wire.QueueEntry("next", url(nextQueue)), wire.QueueEntry("ordered", url(orderedQueue)),
			wire.QueueEntry("gone", strings.Replace(url(nextQueue), nextQueue, goneQueue, 1))}, " "),
	}
	for name, value := range more {
		environment[name] = value
	}
	dir, err := filepath.Abs(filepath.Join("testdata", "languages", l.folder))
	if err != nil {
		t.Fatal(err)
	}
	host := sandbox.NewHost(sandbox.Config{Region: functest.Region, AccountID: functest.AccountID,
		Environment: map[string]string{"PYTHONDONTWRITEBYTECODE": "1"}})
	t.Cleanup(host.Close)
	f.runner, err = host.Register(sandbox.Function{
		Name: "Job-step", Command: l.command(t), Dir: dir, Handler: l.handler, Env: environment,
		Timeout: timeout, MemorySize: 512, Concurrency: 1,
		Log: func(line sandbox.Line) { fmt.Fprintf(&f.logs, "%s\n", line.Text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s printed:\n%s", l.name, f.logs.String())
		}
	})
	return f
}

// item says what its handler does: "do" is the name of the behavior.
type item map[string]any

// next is a generated item for the step next.
func next(data any) item { return item{"step": "next", "data": data} }

// invoke hands an event to the function.
func (f *function) invoke(event any) sandbox.Result {
	f.t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		f.t.Fatal(err)
	}
	result, err := f.runner.Invoke(f.t.Context(), sandbox.Invocation{Payload: payload})
	if err != nil {
		f.t.Fatal(err)
	}
	return result
}

// batch has the function handle items together, and returns the places of those that
// have failed. All others are deleted, as Lambda would.
func (f *function) batch(items ...any) (failed []int) {
	f.t.Helper()
	return f.handle(f.queues.Batch(stepQueue, items...))
}

// receive has the function handle n items that are in its queue.
func (f *function) receive(n int) (failed []int) {
	f.t.Helper()
	return f.handle(f.queues.Receive(stepQueue, n))
}

func (f *function) handle(b *functest.Batch) (failed []int) {
	f.t.Helper()
	result := f.invoke(json.RawMessage(b.Event()))
	if result.FunctionError != "" {
		f.t.Fatalf("the invocation failed: %s", result.Payload)
	}
	return b.Settle(string(result.Payload))
}

// bodies returns those of all visible messages of a queue, sorted.
func (f *function) bodies(queue string) []string {
	f.t.Helper()
	var all []string
	for _, m := range f.queues.Take(queue) {
		all = append(all, m.Body)
	}
	return all
}
