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

// mutant is a runtime with one rule broken: in a file of the engine's a line is
// replaced, and something may be added at its end.
type mutant struct {
	name, file, line, by, more string
	where                      func(*scenario) bool // only there the rule matters; nil: everywhere
}

func inOrder(p *scenario) bool    { return p.fifo }
func redriven(p *scenario) bool   { return p.fifo && p.redrive }
func manyAtOnce(p *scenario) bool { return p.concurrency > 1 }
func delayed(p *scenario) bool    { return p.delays }
func large(p *scenario) bool      { return p.largeItems }
func narrow(p *scenario) bool     { return p.maxBatchBytes < maxBytes }

// mutants are what the suite must be able to tell from the real runtime. The
// first alone is tried where time is short.
var mutants = []mutant{
	{"acknowledges before sends are safe", "handle.go", "m.sends.wait(b.closing)", "", "", nil},
	{"acknowledges dead letters that were not sent", "settle.go", "if lost != nil {\n\t\treturn b.giveBack", "if false {\n\t\treturn b.giveBack", "", nil},
	{"acknowledges what it could not finish", "batch.go", "b.settle(m, errDeadline)", "b.settle(m, nil)", "", nil},
	{"takes a stopped handler's word", "settle.go", "\t\treturn errDeadline\n", "\t\treturn nil\n", "", nil},
	{"fails neighbours for one bad entry", "ship.go", "o.split(s)", "o.lose(s.entries, err)", "", nil},
	{"takes silence for success", "sendmessages.go", "sent[i].Err = errUnmentioned", "_ = i", "", nil},
	{"does not compare digests", "sendmessages.go", "e.MD5OfMessageBody != digest(messages[i].Body)", "false", "", nil},
	{"stops a FIFO group at what SQS will dead-letter", "settle.go", "return true // as a dead letter", "return false // as a dead letter", "", redriven},
	{"goes on in a FIFO group after a failure", "handle.go", "b.goOn(lane, b.finish(lane[0], err))", "b.finish(lane[0], err); b.goOn(lane, true)", "", inOrder},
	{"dies of a panic", "handle.go", "if value := recover(); value != nil {", "if value := any(nil); value != nil {", "", nil},
	{"forgets delays", "sendjson.go", "if m.Delay != 0 {", "if m.Delay < 0 {", "", delayed},
	{"rounds delays down", "generate.go", "math.Ceil", "math.Floor", "", delayed},
	{"takes a batch that was too long for sent", "ship.go", "o.split(s)", "o.sort(s, make([]Sent, len(s.entries)))", "", narrow},
	{"sends a batch that was too long again", "ship.go", "o.split(s)", "o.rest(s, s.entries)", "", narrow},
	{"fills batches whatever their size", "outbox.go", "l.bytes+e.bytes > wire.MaxMessageBytes", "false", "", large},
	{"shares what is on its way between invocations", "batch.go", "b.out = newOutbox(b.ctx, e.sqs, e.room, e.paces.Get().(*pace))", "b.out = openOutbox(b)", `
var lastOutbox struct {
	sync.Mutex
	*outbox
}

// openOutbox is that of another invocation if there is one under way.
func openOutbox(b *batch) *outbox {
	lastOutbox.Lock()
	defer lastOutbox.Unlock()
	if lastOutbox.outbox == nil || lastOutbox.ctx.Err() != nil {
		lastOutbox.outbox = newOutbox(b.ctx, b.sqs, b.room, b.paces.Get().(*pace))
	}
	return lastOutbox.outbox
}
`, manyAtOnce},
}

// firstSeeds are those among which it has to be caught.
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

// TestMutantsAreWhatTheySay finds lines that have changed since, which the small
// share of the suite would not try.
func TestMutantsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, m := range mutants {
		m.source(t)
	}
}

// source is the file that a mutant changes, which must have its line once.
func (m mutant) source(t *testing.T) (path, text string) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "runtime", "internal", "engine", m.file))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), m.line); n != 1 {
		t.Fatalf("%s has the line %q %d times: name another one whose loss breaks the rule", m.file, m.line, n)
	}
	return path, string(source)
}

// build compiles this test with the mutated engine, without touching any file.
func (m mutant) build(t *testing.T) string {
	t.Helper()
	path, source := m.source(t)
	dir := t.TempDir()
	changed, overlay, program := filepath.Join(dir, m.file), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "mutant.exe")
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
