package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// maxHandler is the longest Handler, in characters.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const maxHandler = 128

// checkHandler reports a step's Handler that does not name a function of a file.
func checkHandler(c *checker, f *plan.Function) {
	if f.Step == nil || !f.Language.Dispatched() {
		return
	}
	path, subject := f.Path, fmt.Sprintf("the step %s has no Handler, so it is %q", f.Step.Model.Name, f.Handler)
	if !f.Step.Model.DefaultHandler {
		path, subject = f.Path.Key("Handler"), fmt.Sprintf("Handler is %q", f.Handler)
	}
	file, function := f.Language.SplitHandler(f.Handler)
	example := "file.function as Lambda has it, such as " + plan.DefaultHandlerFile + "." + variable(f.Step.Model.Name)
	switch {
	case file == "" || function == "" || hasGap(f.Language, f.Handler):
		c.Error(diag.Handler, path, subject+", which does not name a file and a function in it", "write "+example)
	case f.Language == plan.Python && !isPythonName(function):
		c.Error(diag.Handler, path, fmt.Sprintf("%s, and no function in Python can be called %s", subject, function), "give the step a Handler, "+example)
	case len(f.Handler) > maxHandler:
		c.Error(diag.Handler, path, fmt.Sprintf("%s, which has %d characters, and Lambda takes %d", subject, len(f.Handler), maxHandler), "shorten it")
	}
}

// hasGap reports whether one of the names in a Handler is empty, or leaves
// the folder of the code. To Python a slash is a dot.
func hasGap(l plan.Language, handler string) bool {
	if l == plan.Python {
		handler = strings.ReplaceAll(handler, "/", ".")
		if strings.HasPrefix(handler, ".") {
			return true
		}
	}
	return strings.Contains(handler, "..") || strings.HasSuffix(handler, ".")
}

// variable makes a name of a step's that is valid in both languages.
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

// inlineCode is code that is written out in the template, and the property that
// has it; nil for none. How long it may be, CloudFormation's limit for templates
// decides: Lambda accepts more.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
func inlineCode(f *plan.Function) (code *cfn.Node, keys []string) {
	keys = []string{"Code", "ZipFile"}
	if f.Job.Serverless {
		keys = []string{"InlineCode"}
	}
	return f.Effective.At(keys...), keys
}

// checkInlineCode reports code in the template that Lambda does not accept, or that
// is not where the Handler says: Lambda makes it a file called index.
func checkInlineCode(c *checker, f *plan.Function) {
	code, keys := inlineCode(f)
	if code.IsNothing() {
		return
	}
	name, known := c.values.Text(f.Effective.Get("Runtime"))
	key := keys[len(keys)-1]
	if !f.Language.Dispatched() {
		if known {
			c.Error(diag.InlineCode, c.ofFunction(f, keys...), "the code is written out in "+key+", which Lambda takes for Node.js and Python alone, and Runtime is "+name, "let Runtime be nodejs… or python…, or put the code into an archive")
		}
		return
	}
	file, _ := f.Language.SplitHandler(f.Handler)
	if f.Step == nil || file == "" || file == plan.DefaultHandlerFile {
		return
	}
	path := f.Path.Key("Handler")
	if f.Step.Model.DefaultHandler {
		path = c.at(f.Job, f.Job.Model.Path, "Function", "Handler")
	}
	c.Error(diag.InlineCode, path, fmt.Sprintf("Handler is %q, and Lambda puts the code in %s into a file called %s", f.Handler, key, plan.DefaultHandlerFile), "write "+plan.DefaultHandlerFile+" in place of "+file)
}

// checkRuntime reports runtimes in which nothing would call the handlers.
func checkRuntime(c *checker, f *plan.Function) {
	n := f.Effective.Get("Runtime")
	if n.IsNothing() || f.Image {
		return
	}
	path := c.ofFunction(f, "Runtime")
	name, known := c.values.Text(n)
	switch {
	case !known:
		c.Warn(diag.Runtime, path, "Runtime is known to CloudFormation alone, so StarJob takes the function for a program of its own, such as one in Go", "if the handlers are in JavaScript or Python, write the runtime itself, such as nodejs24.x or python3.14, or a plain Ref to a parameter")
	case plan.TooOld(name):
		c.Error(diag.Runtime, path, "Runtime is "+name+", which is too old for StarJob's dispatcher", whatRuns)
	case !f.Language.Dispatched() && !strings.HasPrefix(name, "provided"):
		c.Error(diag.Runtime, path, "Runtime is "+name+", for which StarJob has no dispatcher", whatRuns)
	}
}

// whatRuns is the fix for a runtime that does not.
const whatRuns = "use nodejs18.x or newer for handlers in JavaScript, python3.9 or newer for Python, provided.al2023 for a Go program with StarJob's library, or a container image with one"

// maxLayers is how many layers a function may have.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxLayers = 5

// checkLayers reports layers to which StarJob's cannot be added.
func checkLayers(c *checker, f *plan.Function) {
	if !f.Language.Dispatched() {
		return
	}
	path := c.ofFunction(f, "Layers")
	for _, n := range []*cfn.Node{f.Properties.Get("Layers"), f.Job.Globals.Get("Layers")} {
		switch n = c.values.List(n); {
		case n.IsNothing() || n.Kind == cfn.List:
		case n.IsCall():
			c.Error(diag.NotLiteral, path, "Layers is an intrinsic function's as a whole, and StarJob adds its layer before anything is evaluated", "write the list out, with intrinsic functions as its items")
		default:
			c.Error(diag.WrongType, path, "Layers is not a list", "write a list of ARNs")
		}
	}
	count := len(f.Layers)
	if !f.HasLayer {
		count++
	}
	if count > maxLayers {
		c.Error(diag.Layers, path, fmt.Sprintf("the function has %d layers with StarJob's, and Lambda takes %d", count, maxLayers), "put what some of them hold into one, or into the code")
	}
}
