package function

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// MaxHops is how often Lambda lets a function be invoked in one chain of
// requests, unless its RecursiveLoop is Allow.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
const MaxHops = 16

// A Lineage counts how often each function was invoked in the chain of requests
// that led to one. It travels as in AWS: Lambda passes it to the function in the
// trace header, the SDK sends it on, and SQS keeps it with the message.
type Lineage []hop

type hop struct {
	function string // the ID of LineageID
	count    int
}

// ParseLineage reads the lineage in a trace header; empty if there is none.
func ParseLineage(header string) Lineage {
	if decoded, err := url.PathUnescape(header); err == nil {
		header = decoded // SDKs encode the bars
	}
	_, text, _ := strings.Cut(header, "Lineage=")
	text, _, _ = strings.Cut(text, ";")
	var l Lineage
	for part := range strings.SplitSeq(text, "|") {
		function, count, _ := strings.Cut(part, ":")
		if n, err := strconv.Atoi(count); err == nil && n > 0 {
			l = append(l, hop{function, n})
		}
	}
	return l
}

// String returns the form in which a lineage travels.
func (l Lineage) String() string {
	parts := make([]string, len(l))
	for i, h := range l {
		parts[i] = h.function + ":" + strconv.Itoa(h.count)
	}
	return strings.Join(parts, "|")
}

// Count returns how often a function was invoked.
func (l Lineage) Count(function string) int {
	for _, h := range l {
		if h.function == function {
			return h.count
		}
	}
	return 0
}

// Through returns the lineage after one more invocation of a function.
func (l Lineage) Through(function string) Lineage {
	l = slices.Clone(l)
	for i := range l {
		if l[i].function == function {
			l[i].count++
			return l
		}
	}
	return append(l, hop{function, 1})
}

// LineageID identifies the function of a name in a lineage.
func LineageID(function string) string {
	h := fnv.New32a()
	h.Write([]byte(function))
	return fmt.Sprintf("%08x", h.Sum32())
}

// LoopError means that Lambda's recursive loop detection would have stopped an
// invocation. Its messages are retried until they are dead letters.
type LoopError struct{ Function string }

// Error explains what happened, and how to allow it.
func (e *LoopError) Error() string {
	return fmt.Sprintf("RecursiveInvocationException: %s was invoked %d times in one chain of requests; Lambda's recursive loop detection stops it. Its messages are retried until they are dead-lettered. If the recursion is intended, set the function's property RecursiveLoop to Allow",
		e.Function, MaxHops)
}

// Follow returns the lineage of an invocation by a caller whose trace header this
// is; empty if the caller has none. It returns a [*LoopError] if Lambda's recursive
// loop detection, which sees functions that invoke each other too, would stop the
// invocation.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
func (f *Function) Follow(traceHeader string) (string, error) {
	lineage, id := ParseLineage(traceHeader), LineageID(f.Plan.Name)
	switch {
	case len(lineage) == 0:
		return "", nil
	case !f.Plan.AllowsRecursion && lineage.Count(id) >= MaxHops:
		err := &LoopError{f.Plan.Name}
		f.RecordFailure(err)
		return "", err
	}
	return lineage.Through(id).String(), nil
}
