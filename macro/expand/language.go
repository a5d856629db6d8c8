package expand

import (
	"slices"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/diag"
)

// language is what a function's handlers are written in, as far as StarJob makes
// a difference.
type language uint8

const (
	// ownProgram: the function is a program with StarJob's library in it.
	ownProgram language = iota
	nodejs
	python
)

// dispatched tells whether handlers are called by the dispatcher of StarJob's
// layer, and not by the program that they are in.
func (l language) dispatched() bool { return l != ownProgram }

// dispatchers are the runtimes of Lambda's that the layer has a dispatcher for,
// by how their names begin, and the oldest version of each.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
var dispatchers = [...]struct {
	prefix   string
	language language
	oldest   []int
}{
	{"nodejs", nodejs, []int{18}},
	{"python", python, []int{3, 9}},
}

// whatRuns is the fix for a runtime that does not.
const whatRuns = "use nodejs18.x or newer for handlers in JavaScript, python3.9 or newer for Python, provided.al2023 for a Go program with StarJob's library, or a container image with one"

// languageOf is the language of a function's zip archive by its Runtime. What is
// not known counts as a program.
func (p *plan) languageOf(f *function) language {
	name, known := p.text(f.effective.Get("Runtime"))
	if !known || p.image(f) {
		return ownProgram
	}
	for _, d := range dispatchers {
		if strings.HasPrefix(name, d.prefix) {
			return d.language
		}
	}
	return ownProgram
}

// checkRuntime reports runtimes in which nothing would call the handlers.
func (p *plan) checkRuntime(f *function) {
	n := f.effective.Get("Runtime")
	if n.IsNothing() || p.image(f) {
		return
	}
	path := p.at(f.path, "Function", "Runtime")
	name, known := p.text(n)
	switch {
	case !known:
		p.warn(diag.Runtime, path, "Runtime is known to CloudFormation alone, so StarJob takes the function for a program of its own, such as one in Go", "if the handlers are in JavaScript or Python, write the runtime itself, such as nodejs24.x or python3.14, or a plain Ref to a parameter")
	case tooOld(name):
		p.report(diag.Runtime, path, "Runtime is "+name+", which is too old for StarJob's dispatcher", whatRuns)
	case !f.language.dispatched() && !strings.HasPrefix(name, "provided"):
		p.report(diag.Runtime, path, "Runtime is "+name+", for which StarJob has no dispatcher", whatRuns)
	}
}

// tooOld tells whether a runtime is an older version than its dispatcher needs.
func tooOld(name string) bool {
	for _, d := range dispatchers {
		if version, ok := strings.CutPrefix(name, d.prefix); ok {
			return slices.Compare(numbers(version), d.oldest) < 0
		}
	}
	return false
}

// numbers are the numbers of a version, up to the first part that is none.
func numbers(version string) []int {
	var all []int
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			break
		}
		all = append(all, n)
	}
	return all
}
