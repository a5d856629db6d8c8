package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// Language is the language of a function's handlers, as far as it matters to
// StarJob.
type Language uint8

// The languages.
const (
	// OwnProgram is a program that contains StarJob's library.
	OwnProgram Language = iota
	// NodeJS is JavaScript, or a language that compiles to it.
	NodeJS
	// Python is Python.
	Python
)

// Dispatched reports whether the dispatcher in StarJob's layer calls the handlers,
// rather than the program that contains them.
func (l Language) Dispatched() bool { return l != OwnProgram }

// dispatchers are the Lambda runtimes that the layer supports, by the prefix of their
// names, with the oldest version of each.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
var dispatchers = [...]struct {
	prefix   string
	language Language
	oldest   []int
}{
	{"nodejs", NodeJS, []int{18}},
	{"python", Python, []int{3, 9}},
}

// languageOf returns the language of the code in a zip archive, from the function's
// Runtime. An unknown runtime counts as a program.
func languageOf(values cfn.Values, runtime *cfn.Node) Language {
	name, known := values.Text(runtime)
	if !known {
		return OwnProgram
	}
	for _, d := range dispatchers {
		if strings.HasPrefix(name, d.prefix) {
			return d.language
		}
	}
	return OwnProgram
}

// TooOld reports whether a runtime is older than its dispatcher requires.
func TooOld(runtime string) bool {
	for _, d := range dispatchers {
		if version, ok := strings.CutPrefix(runtime, d.prefix); ok {
			return slices.Compare(numbers(version), d.oldest) < 0
		}
	}
	return false
}

// numbers returns the numbers of a version, up to the first part that is not a
// number.
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

// DefaultHandlerFile is the file of handlers if no Handler names another one. It is
// also the file into which Lambda puts inline code.
const DefaultHandlerFile = "index"

// SplitHandler splits a Handler as Lambda's runtimes do. In Node.js the file ends at
// the first dot of its name, in Python at the last dot.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
// https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
func (l Language) SplitHandler(handler string) (file, function string) {
	if l == Python {
		i := max(strings.LastIndex(handler, "."), 0)
		return handler[:i], strings.TrimPrefix(handler[i:], ".")
	}
	folder := handler[:strings.LastIndex(handler, "/")+1]
	name, function, dotted := strings.Cut(handler[len(folder):], ".")
	if name == "" || !dotted {
		return "", function
	}
	return folder + name, function
}
