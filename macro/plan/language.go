package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// Language is what a function's handlers are written in, as far as StarJob makes
// a difference.
type Language uint8

// The languages.
const (
	// OwnProgram means that the function is a program with StarJob's library in it.
	OwnProgram Language = iota
	// NodeJS is JavaScript, or what compiles to it.
	NodeJS
	// Python is Python.
	Python
)

// Dispatched reports whether handlers are called by the dispatcher of StarJob's
// layer, and not by the program that they are in.
func (l Language) Dispatched() bool { return l != OwnProgram }

// dispatchers are the runtimes of Lambda's that the layer has a dispatcher for,
// by how their names begin, and the oldest version of each.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
var dispatchers = [...]struct {
	prefix   string
	language Language
	oldest   []int
}{
	{"nodejs", NodeJS, []int{18}},
	{"python", Python, []int{3, 9}},
}

// languageOf is the language of the code in a zip archive by the function's
// Runtime. What is not known counts as a program.
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

// TooOld reports whether a runtime is an older version than its dispatcher needs.
func TooOld(runtime string) bool {
	for _, d := range dispatchers {
		if version, ok := strings.CutPrefix(runtime, d.prefix); ok {
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

// DefaultHandlerFile is the file of handlers whose file nobody names, and where
// Lambda puts code that is written out in the template.
const DefaultHandlerFile = "index"

// SplitHandler parts a Handler as Lambda's own runtimes do: in Node.js the file
// ends at the first dot of its name, in Python at the last dot of all.
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
