package cli

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

// deadGroup is the dead letters of a step that have one error in common.
type deadGroup struct {
	Step     string `json:"step"`
	Error    string `json:"error"`
	Count    int    `json:"count"`
	Body     string `json:"body"` // of one of them
	QueueURL string `json:"queueUrl"`
}

// mostLetters bounds how many dead letters of a queue are looked at.
const mostLetters = 1000

// identifiers are the words of an error that tell one occurrence from another,
// such as request IDs, keys and offsets: those that hold a digit.
var identifiers = regexp.MustCompile(`[\pL\pN_./:-]*\pN[\pL\pN_./:-]*`)

// deadLetters groups what is in the dead-letter queues, in the order of
// the steps and then by size.
func (s *session) deadLetters() []deadGroup {
	var groups []deadGroup
	for _, step := range s.steps {
		if step.DeadLetterQueue != "" {
			groups = append(groups, s.deadLettersOf(step)...)
		}
	}
	return groups
}

func (s *session) deadLettersOf(step expand.Step) []deadGroup {
	all := s.stack.Snapshot()
	queue := all.Queues[step.DeadLetterQueue]
	byError := map[string]*deadGroup{}
	var order []*deadGroup
	for _, letter := range s.stack.Peek(step.DeadLetterQueue, mostLetters) {
		reason := reasonOf(letter, all.Functions[step.Function].LastError)
		kind := identifiers.ReplaceAllString(reason, "…")
		g := byError[kind]
		if g == nil {
			g = &deadGroup{Step: step.Name, Error: reason, Body: letter.Body, QueueURL: queue.URL}
			byError[kind] = g
			order = append(order, g)
		}
		g.Count++
	}
	slices.SortStableFunc(order, func(a, b *deadGroup) int { return cmp.Compare(b.Count, a.Count) })
	groups := make([]deadGroup, len(order))
	for i, g := range order {
		groups[i] = *g
	}
	return groups
}

// reasonOf is the error that the runtime left beside the item. SQS moves a
// message without one when its function failed as a whole; then the function's
// last error is the best that is known.
func reasonOf(letter local.Letter, lastError string) string {
	if text := letter.Attributes[wire.AttributeError]; text != "" {
		return named(letter.Attributes[wire.AttributeErrorType], text)
	}
	if lastError != "" {
		return "received too often; the function's last error: " + lastError
	}
	return fmt.Sprintf("received %d times without success", letter.Received)
}

// named puts an error's type before its text, as Node.js and Python do. Types of
// Go, which have a package, say little to people.
func named(kind, text string) string {
	if kind == "" || strings.Contains(kind, ".") || strings.HasPrefix(text, kind) {
		return text
	}
	return kind + ": " + text
}

// writeDead shows the dead letters by what they died of.
func writeDead(w io.Writer, groups []deadGroup) {
	for i, g := range groups {
		if i == mostGroups {
			fmt.Fprintf(w, "\nand %s with other errors\n", count(sum(groups[i:]), "dead letter"))
			break
		}
		fmt.Fprintf(w, "\n%s of step %s: %s\n  for example %s\n", count(g.Count, "dead letter"), g.Step, indent(harmless(g.Error)), indent(harmless(clip(g.Body))))
	}
}

// mostGroups is how many errors are shown.
const mostGroups = 10

func sum(groups []deadGroup) int {
	total := 0
	for _, g := range groups {
		total += g.Count
	}
	return total
}

func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }

// clip shortens a body to what fits on a screen.
func clip(s string) string {
	const most = 500
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
