package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Lambda's own defaults.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
const (
	defaultTimeout = 3   // seconds
	defaultMemory  = 128 // MB
)

// A Function is an AWS::Lambda::Function or AWS::Serverless::Function.
type Function struct {
	ID, Name  string // the logical ID and the physical name
	Path      cfn.Path
	Range     diag.Range
	Handler   string
	Code      Code
	CodeRange diag.Range // of the property that says where the code is

	Environment         map[string]string // its own variables
	Timeout             time.Duration
	MemorySize          int      // MB
	ReservedConcurrency int      // executions at a time; -1 without a limit
	AllowsRecursion     bool     // RecursiveLoop: Allow
	Layers              int      // as far as the template says
	Qualifiers          []string // its aliases and versions
	URL                 *URL     // nil without a URL, and for functions that do not run

	// Runs means that the function runs locally: it is required, or the
	// function of an enabled event source mapping.
	Runs bool

	properties *cfn.Node
	events     []string  // that do not come from queues
	problems   diag.List // includes those of its program only if it is needed
	obstacle   obstacle
}

// readFunction reads a function except for its program, which [readProgram] reads
// for the functions that run.
func readFunction(t *resolve.Template, p cfn.Path, r, properties *cfn.Node) *Function {
	f := &Function{
		ID: p[len(p)-1], Path: p, Range: r.Range, properties: properties,
		Timeout: defaultTimeout * time.Second, MemorySize: defaultMemory, ReservedConcurrency: -1,
	}
	f.problems = t.Collect(func() {
		f.Name = t.Name(p, r)
		readSettings(t, p.Key("Properties"), f)
	})
	return f
}

// readSettings reads the properties that do not concern the program.
func readSettings(t *resolve.Template, p cfn.Path, f *Function) {
	properties := f.properties
	if n := properties.Get("Timeout"); n != nil {
		if seconds, ok := t.Int(p.Key("Timeout"), n); ok {
			f.Timeout = time.Duration(seconds) * time.Second
		}
	}
	if n := properties.Get("MemorySize"); n != nil {
		f.MemorySize, _ = t.Int(p.Key("MemorySize"), n)
	}
	if n := properties.Get("ReservedConcurrentExecutions"); n != nil {
		if reserved, ok := t.Int(p.Key("ReservedConcurrentExecutions"), n); ok {
			f.ReservedConcurrency = reserved
		}
	}
	if n := properties.Get("RecursiveLoop"); n != nil {
		setting, _ := t.Scalar(p.Key("RecursiveLoop"), n)
		f.AllowsRecursion = setting == "Allow"
	}
	if n := properties.Get("Handler"); n != nil {
		f.Handler, _ = t.Scalar(p.Key("Handler"), n)
	}
	if layers := properties.Get("Layers"); layers != nil && layers.Kind == cfn.List {
		f.Layers = len(layers.Items)
	}
	f.Qualifiers = readPublished(t, p, properties)
}

// readProgram reads a function's variables and code. Those of a function that
// does not run may hold values that cannot be resolved.
func readProgram(t *resolve.Template, f *Function, o Options) {
	p, properties := f.Path.Key("Properties"), f.properties
	f.Environment = readEnvironment(t, p.Key("Environment", "Variables"), properties.At("Environment", "Variables"), o.Environment)
	f.Code, f.obstacle = readCode(t, p, properties, f.Environment, o)
	f.CodeRange = cmp.Or(f.obstacle.at, rangeOf(properties.Get("Runtime")), rangeOf(properties.Get("CodeUri")), rangeOf(properties.Get("Code")), f.Range)
}

// rangeOf returns the place of a node in the source; zero for none.
func rangeOf(n *cfn.Node) diag.Range {
	if n == nil {
		return diag.Range{}
	}
	return n.Range
}

// readEnvironment resolves a function's variables. Overridden variables are not
// even resolved.
func readEnvironment(t *resolve.Template, p cfn.Path, variables *cfn.Node, overrides map[string]string) map[string]string {
	environment := map[string]string{}
	if _, _, call := variables.Intrinsic(); call {
		variables = t.Value(p, variables)
	}
	for _, name := range variables.Keys() {
		if _, overridden := overrides[name]; overridden {
			continue
		}
		if t.ReportLoop(p.Key(name), name, variables.Get(name)) {
			continue
		}
		fix := fmt.Sprintf("set the variable with --env %s=VALUE", name)
		if value, ok := t.ScalarOr(fix, p.Key(name), variables.Get(name)); ok {
			environment[name] = value
		}
	}
	for name, value := range overrides {
		if !IsCredential(name) {
			environment[name] = value
		}
	}
	return environment
}

// readPublished reads the qualifiers of a function that SAM publishes: its alias
// and its version.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func readPublished(t *resolve.Template, p cfn.Path, properties *cfn.Node) []string {
	alias := t.Optional(p.Key("AutoPublishAlias"), properties.Get("AutoPublishAlias"))
	if alias == "" {
		return nil
	}
	return []string{alias, arn.FirstVersion}
}

// credentials are variables that Lambda sets itself, and refuses in a function's
// own environment.
var credentials = [...]string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}

// IsCredential reports whether a variable holds a part of AWS credentials. As an
// override, it is not one of a function's own variables.
func IsCredential(variable string) bool { return slices.Contains(credentials[:], variable) }
