package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mutant is a runtime that breaks one rule. In a file, given by its path below
// runtime/internal, a line is replaced, and code may be added at the end.
type mutant struct {
	name, file, line, by, more string
	where                      func(*scenario) bool // the scenarios in which the rule matters; nil: all
}

func inOrder(p *scenario) bool    { return p.fifo }
func redriven(p *scenario) bool   { return p.fifo && p.redrive }
func manyAtOnce(p *scenario) bool { return p.concurrency > 1 }
func delayed(p *scenario) bool    { return p.delays }
func large(p *scenario) bool      { return p.largeItems }
func narrow(p *scenario) bool     { return p.maxBatchBytes < maxBytes }

// mutants are the broken runtimes that the suite must distinguish from the real one.
// Without STARJOB_FAULT_SEEDS, only the first is tried, to save time.
var mutants = []mutant{
	{"acknowledges before sends are safe", "engine/handler.go", "i.sends.wait(b.closing)", "", "", nil},
	{"acknowledges dead letters that were not sent", "engine/outcome.go", "if sendErr != nil {\n\t\treturn b.retry", "if false {\n\t\treturn b.retry", "", nil},
	{"acknowledges what it could not finish", "engine/batch.go", "b.settle(i, errDeadline)", "b.settle(i, nil)", "", nil},
	{"completes items of stopped handlers", "engine/outcome.go", "\tcase err == nil:\n\t\treturn errDeadline\n", "\tcase err == nil:\n\t\treturn nil\n", "", nil},
	{"fails neighbours for one bad entry", "outbox/send.go", "o.split(b)", "o.fail(b.entries, err)", "", nil},
	{"counts unmentioned messages as sent", "sqs/send.go", "results[i].Err = errUnmentioned", "_ = i", "", nil},
	{"does not compare digests", "sqs/send.go", "e.MD5OfMessageBody != digest(messages[i].Body)", "false", "", nil},
	{"stops a FIFO group at what SQS will dead-letter", "engine/outcome.go", "return true // as a dead letter", "return false // as a dead letter", "", redriven},
	{"continues a FIFO group after a failure", "engine/handler.go", "b.startNext(i, b.finish(i, err))", "b.finish(i, err); b.startNext(i, true)", "", inOrder},
	{"exits on a panic", "engine/handler.go", "if value := recover(); value != nil {", "if value := any(nil); value != nil {", "", nil},
	{"forgets delays", "sqs/encode.go", "if m.Delay != 0 {", "if m.Delay < 0 {", "", delayed},
	{"rounds delays down", "engine/invocation.go", "math.Ceil", "math.Floor", "", delayed},
	{"counts a batch that was too long as sent", "outbox/send.go", "o.split(b)", "o.settle(b, make([]sqs.Result, len(b.entries)))", "", narrow},
	{"sends a batch that was too long again", "outbox/send.go", "o.split(b)", "o.retry(b, b.entries)", "", narrow},
	{"fills batches of any size", "outbox/batch.go", "p.bytes+e.Bytes > wire.MaxMessageBytes", "false", "", large},
	{"shares unsent items between invocations", "engine/engine.go", "b.out = outbox.New(b.ctx, e.sqs, e.budget, e.paces.Get().(*outbox.Pace))", "b.out = openOutbox(b.ctx, e)", `
var last struct {
	sync.Mutex
	*outbox.Outbox
	ctx context.Context
}

// openOutbox returns the outbox of another running invocation, if there is one.
func openOutbox(ctx context.Context, e *Engine) *outbox.Outbox {
	last.Lock()
	defer last.Unlock()
	if last.Outbox == nil || last.ctx.Err() != nil {
		last.Outbox, last.ctx = outbox.New(ctx, e.sqs, e.budget, e.paces.Get().(*outbox.Pace)), ctx
	}
	return last.Outbox
}
`, manyAtOnce},
}

// firstSeeds returns the seeds that must catch the mutant.
func (m mutant) firstSeeds() []uint64 {
	return slices.DeleteFunc(seedRange(400), func(seed uint64) bool {
		return m.where != nil && !m.where(newTree(seed).scenario())
	})
}

// TestMutantsAreCaught proves that the suite can fail: each broken runtime is
// caught by one of the first seeds.
func TestMutantsAreCaught(t *testing.T) {
	t.Parallel()
	tried := mutants
	if os.Getenv(envSeeds) == "" {
		tried = mutants[:1]
	}
	for _, m := range tried {
		t.Run(m.name, func(t *testing.T) {
			program := m.build(t)
			ctx, caught := context.WithCancelCause(t.Context())
			defer caught(nil)
			forEachSeed(m.firstSeeds(), 1, func(seed uint64) {
				if ctx.Err() != nil {
					return
				}
				if violations, _ := runTrial(ctx, newTree(seed), goProgram(program), newStats()); ctx.Err() == nil && len(violations) > 0 {
					caught(fmt.Errorf("seed %d: %s", seed, violations[0]))
				}
			})
			if ctx.Err() == nil {
				t.Errorf("nothing was wrong with a runtime that %s", m.name)
			}
			t.Log(context.Cause(ctx))
		})
	}
}

// TestMutantsAreWhatTheySay finds mutants whose lines have changed, even those that are
// not tried without STARJOB_FAULT_SEEDS.
func TestMutantsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, m := range mutants {
		m.source(t)
	}
}

// source returns the file that a mutant changes. The file must have the line exactly
// once.
func (m mutant) source(t *testing.T) (path, text string) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "runtime", "internal", filepath.FromSlash(m.file)))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), m.line); n != 1 {
		t.Fatalf("%s has the line %q %d times (allowed: 1); choose another line that breaks the rule", m.file, m.line, n)
	}
	return path, string(source)
}

// build compiles this test with the mutated runtime, without changing any file.
func (m mutant) build(t *testing.T) string {
	t.Helper()
	path, source := m.source(t)
	dir := t.TempDir()
	changed, overlay, program := filepath.Join(dir, filepath.Base(path)), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "mutant.exe")
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(changed, []byte(strings.Replace(source, m.line, m.by, 1)+m.more), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}
