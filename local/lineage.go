package local

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/local/queue"
)

// maxHops is how often Lambda lets a function be invoked in one chain of
// messages, unless its RecursiveLoop is Allow.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
const maxHops = 16

// A lineage counts how often each function was invoked in the chain of messages
// that led to one. It travels as in AWS: Lambda hands it to the function in the
// trace header, the SDK sends it on, and SQS keeps it with the message.
type lineage []hop

type hop struct {
	function string // a mark of its name
	count    int
}

// lineageOf reads the lineage in a trace header.
func lineageOf(header string) lineage {
	if decoded, err := url.PathUnescape(header); err == nil {
		header = decoded // SDKs encode the bars
	}
	_, text, _ := strings.Cut(header, "Lineage=")
	text, _, _ = strings.Cut(text, ";")
	var l lineage
	for part := range strings.SplitSeq(text, "|") {
		function, count, _ := strings.Cut(part, ":")
		if n, err := strconv.Atoi(count); err == nil && n > 0 {
			l = append(l, hop{function, n})
		}
	}
	return l
}

// String is the form in which it travels.
func (l lineage) String() string {
	parts := make([]string, len(l))
	for i, h := range l {
		parts[i] = h.function + ":" + strconv.Itoa(h.count)
	}
	return strings.Join(parts, "|")
}

func (l lineage) count(function string) int {
	for _, h := range l {
		if h.function == function {
			return h.count
		}
	}
	return 0
}

// through is the lineage after one more invocation of a function.
func (l lineage) through(function string) lineage {
	l = slices.Clone(l)
	for i := range l {
		if l[i].function == function {
			l[i].count++
			return l
		}
	}
	return append(l, hop{function, 1})
}

// markOf stands for a function in a lineage.
func markOf(function string) string {
	h := fnv.New32a()
	h.Write([]byte(function))
	return fmt.Sprintf("%08x", h.Sum32())
}

// lineageOfBatch is that of the message that the function's loop has brought
// least far. A function has one lineage to pass on for a whole batch, and
// documentation does not tell which; this one stops nothing too early.
func lineageOfBatch(messages []queue.Message, function string) lineage {
	least, header := -1, ""
	var chosen lineage
	for i := range messages {
		trace := messages[i].Trace()
		if i > 0 && trace == header {
			continue
		}
		header = trace
		if l := lineageOf(trace); least < 0 || l.count(function) < least {
			least, chosen = l.count(function), l
		}
	}
	return chosen
}

// LoopError says that Lambda's recursive loop detection would have stopped an
// invocation. Its messages come back, and are dead letters in the end.
type LoopError struct{ Function string }

// Error explains what happened, and how to allow it.
func (e *LoopError) Error() string {
	return fmt.Sprintf("RecursiveInvocationException: %s was invoked %d times in one chain of requests, where Lambda's recursive loop detection stops it: its messages come back and go to the dead-letter queue in the end. If the function is meant to feed itself, set its property RecursiveLoop to Allow",
		e.Function, maxHops)
}
