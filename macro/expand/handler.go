package expand

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/diag"
)

// defaultFile is where handlers are whose file nobody names, and where Lambda
// puts code that is written out in the template.
const defaultFile = "index"

// maxHandler is the longest Handler, in characters.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const maxHandler = 128

// handlerOf is what a function's Handler becomes: as the step has it, or else
// the step's name, for a program, or the function of that name in the file of
// the handler that the prototype has.
func (p *plan) handlerOf(f *function) string {
	if f.step == nil || !f.language.dispatched() || !f.step.DefaultHandler {
		return f.handler
	}
	handler, _ := p.sharedHandler()
	file, _ := f.language.split(handler)
	if file == "" {
		file = defaultFile
	}
	return file + "." + f.handler
}

// sharedHandler is the Handler that all functions of the job begin with, as far
// as it can be known, and whether there is one.
func (p *plan) sharedHandler() (handler string, given bool) {
	n := p.common().Get("Handler")
	if n == nil {
		n = p.globals.Get("Handler")
	}
	handler, _ = p.text(n)
	return handler, !n.IsNothing()
}

// split parts a Handler as Lambda's own runtimes do: in Node.js the file ends at
// the first dot of its name, in Python at the last dot of all.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
// https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
func (l language) split(handler string) (file, function string) {
	if l == python {
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

// checkHandler reports a step's Handler that leads to no function of a file.
func (p *plan) checkHandler(f *function) {
	if f.step == nil || !f.language.dispatched() {
		return
	}
	path, subject := f.path, fmt.Sprintf("the step %s has no Handler, so it is %q", f.step.Name, f.handler)
	if !f.step.DefaultHandler {
		path, subject = f.path.Key("Handler"), fmt.Sprintf("Handler is %q", f.handler)
	}
	file, function := f.language.split(f.handler)
	example := "file.function as Lambda has it, such as " + defaultFile + "." + variable(f.step.Name)
	switch {
	case file == "" || function == "" || f.language.hasGap(f.handler):
		p.report(diag.Handler, path, subject+", which does not name a file and a function in it", "write "+example)
	case f.language == python && !isPythonName(function):
		p.report(diag.Handler, path, fmt.Sprintf("%s, and no function in Python can be called %s", subject, function), "give the step a Handler, "+example)
	case len(f.handler) > maxHandler:
		p.report(diag.Handler, path, fmt.Sprintf("%s, which has %d characters, and Lambda takes %d", subject, len(f.handler), maxHandler), "shorten it")
	}
}

// hasGap tells whether one of the names in a Handler is empty, or leads out of
// the code's folder. To Python a slash is a dot.
func (l language) hasGap(handler string) bool {
	if l == python {
		handler = strings.ReplaceAll(handler, "/", ".")
		if strings.HasPrefix(handler, ".") {
			return true
		}
	}
	return strings.Contains(handler, "..") || strings.HasSuffix(handler, ".")
}

// checkSharedHandler warns of a prototype whose Handler seems to name the file of
// the handlers, and does not.
func (p *plan) checkSharedHandler() {
	handler, given := p.sharedHandler()
	for _, s := range p.steps {
		file, _ := s.function.language.split(handler)
		own := p.input.Find(s.Path.Key("Function", "Runtime")) != nil
		if !given || file != "" || own || !s.DefaultHandler || !s.function.language.dispatched() {
			continue
		}
		p.warn(diag.Handler, p.at(p.Path, "Function", "Handler"), "this Handler names no file that could be known, so steps without a Handler have theirs in the file "+defaultFile, "write file.function, of which the steps take the file; or give each step a Handler")
	}
}

// variable makes a name of a step's that both languages take.
func variable(step string) string {
	if name := strings.ReplaceAll(step, "-", "_"); isPythonName(name) {
		return name
	}
	return "run"
}

var pythonName = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)

// pythonKeywords may not be names.
// https://docs.python.org/3/reference/lexical_analysis.html#keywords
var pythonKeywords = strings.Fields(`
	False None True and as assert async await break class continue def del elif else except finally for from global
	if import in is lambda nonlocal not or pass raise return try while with yield`)

func isPythonName(name string) bool {
	return pythonName.MatchString(name) && !slices.Contains(pythonKeywords, name)
}
