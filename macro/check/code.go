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

// checkHandler reports a step's Handler that does not name a file and a function.
func checkHandler(c *checker, f *plan.Function) {
	if f.Step == nil || !f.Language.Dispatched() {
		return
	}
	path, subject := f.Path, fmt.Sprintf("Handler of the step %s defaults to %q", f.Step.Model.Name, f.Handler)
	if !f.Step.Model.DefaultHandler {
		path, subject = f.Path.Key("Handler"), fmt.Sprintf("Handler is %q", f.Handler)
	}
	file, function := f.Language.SplitHandler(f.Handler)
	example := "file.function, such as " + plan.DefaultHandlerFile + "." + variable(f.Step.Model.Name)
	switch {
	case file == "" || function == "" || hasGap(f.Language, f.Handler):
		c.Error(diag.Handler, path, subject+", which does not name a file and a function in it", "use "+example)
	case f.Language == plan.Python && !isPythonName(function):
		c.Error(diag.Handler, path, fmt.Sprintf("%s, but %s cannot be the name of a Python function", subject, function), "set the step's Handler to "+example)
	case len(f.Handler) > maxHandler:
		c.Error(diag.Handler, path, fmt.Sprintf("%s, which has %d characters (allowed: %d)", subject, len(f.Handler), maxHandler), "shorten it")
	}
}

// hasGap reports whether one of the names in a Handler is empty, or is outside the
// code's folder. Python treats a slash as a dot.
func hasGap(l plan.Language, handler string) bool {
	if l == plan.Python {
		handler = strings.ReplaceAll(handler, "/", ".")
		if strings.HasPrefix(handler, ".") {
			return true
		}
	}
	return strings.Contains(handler, "..") || strings.HasSuffix(handler, ".")
}

// variable turns a step's name into a function name that is valid in both
// languages.
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

// inlineCode returns the code in the template, nil for none, and the property that
// holds it. Its length is not checked: the limit for templates is lower than
// Lambda's limit for inline code.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
func inlineCode(f *plan.Function) (code *cfn.Node, keys []string) {
	keys = []string{"Code", "ZipFile"}
	if f.Job.Serverless {
		keys = []string{"InlineCode"}
	}
	return f.Effective.At(keys...), keys
}

// checkInlineCode reports code in the template that Lambda does not accept, and a
// Handler in another file than index, into which Lambda puts such code.
func checkInlineCode(c *checker, f *plan.Function) {
	code, keys := inlineCode(f)
	if code.IsNothing() {
		return
	}
	name, known := c.values.Text(f.Effective.Get("Runtime"))
	key := keys[len(keys)-1]
	if !f.Language.Dispatched() {
		if known {
			c.Error(diag.InlineCode, c.ofFunction(f, keys...), key+" contains the code and Runtime is "+name+"; Lambda accepts inline code only for Node.js and Python", "use a Node.js or Python runtime, or put the code into an archive")
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
	c.Error(diag.InlineCode, path, fmt.Sprintf("Handler is %q, but Lambda puts the code in %s into a file named %s", f.Handler, key, plan.DefaultHandlerFile), "replace "+file+" with "+plan.DefaultHandlerFile)
}

// checkRuntime reports runtimes in which StarJob cannot call the handlers.
func checkRuntime(c *checker, f *plan.Function) {
	n := f.Effective.Get("Runtime")
	if n.IsNothing() || f.Image {
		return
	}
	path := c.ofFunction(f, "Runtime")
	name, known := c.values.Text(n)
	switch {
	case !known:
		c.Warn(diag.Runtime, path, "Runtime is known only to CloudFormation, so StarJob assumes a program that uses its library, such as one in Go", "for handlers in JavaScript or Python, use the runtime itself, such as nodejs24.x or python3.14, or a plain Ref to a parameter")
	case plan.TooOld(name):
		c.Error(diag.Runtime, path, "Runtime is "+name+", which is too old for StarJob's dispatcher", useSupportedRuntime)
	case !f.Language.Dispatched() && !strings.HasPrefix(name, "provided"):
		c.Error(diag.Runtime, path, "Runtime is "+name+", for which StarJob has no dispatcher", useSupportedRuntime)
	}
}

// useSupportedRuntime is the fix for an unsupported runtime.
const useSupportedRuntime = "use nodejs18.x or newer for JavaScript, python3.9 or newer for Python, and provided.al2023 or a container image for a Go program with StarJob's library"

// maxLayers is the maximum number of a function's layers.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxLayers = 5

// checkLayers reports a list of layers to which StarJob cannot add its own.
func checkLayers(c *checker, f *plan.Function) {
	if !f.Language.Dispatched() {
		return
	}
	path := c.ofFunction(f, "Layers")
	for _, n := range []*cfn.Node{f.Properties.Get("Layers"), f.Job.Globals.Get("Layers")} {
		switch n = c.values.List(n); {
		case n.IsNothing() || n.Kind == cfn.List:
		case n.IsCall():
			c.Error(diag.NotLiteral, path, "Layers is an intrinsic function"+unevaluated, "write the list out; its items may be intrinsic functions")
		default:
			c.Error(diag.WrongType, path, "Layers is not a list", "use a list of ARNs")
		}
	}
	count := len(f.Layers)
	if !f.HasLayer {
		count++
	}
	if count > maxLayers {
		c.Error(diag.Layers, path, fmt.Sprintf("the function has %d layers, including StarJob's (allowed: %d)", count, maxLayers), "merge layers, or move their content into the code")
	}
}
