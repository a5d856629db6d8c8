package local

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Lambda's own defaults.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
const (
	defaultTimeout = 3 // seconds
	defaultMemory  = 128
)

// readFunction reads a function but for its program, which [scope.readProgram]
// reads of those that run here.
func (s *scope) readFunction(p cfn.Path, r, properties *cfn.Node) *functionPlan {
	f := &functionPlan{
		id: p[len(p)-1], path: p, at: r.Range, properties: properties,
		timeout: defaultTimeout * time.Second, memory: defaultMemory, reserved: -1,
	}
	f.problems = s.apart(func() {
		f.name = s.name(p, r)
		s.readSettings(p.Key("Properties"), f)
	})
	return f
}

func (s *scope) readSettings(p cfn.Path, f *functionPlan) {
	properties := f.properties
	if n := properties.Get("Timeout"); n != nil {
		if seconds, ok := s.integer(p.Key("Timeout"), n); ok {
			f.timeout = time.Duration(seconds) * time.Second
		}
	}
	if n := properties.Get("MemorySize"); n != nil {
		f.memory, _ = s.integer(p.Key("MemorySize"), n)
	}
	if n := properties.Get("ReservedConcurrentExecutions"); n != nil {
		if reserved, ok := s.integer(p.Key("ReservedConcurrentExecutions"), n); ok {
			f.reserved = reserved
		}
	}
	if n := properties.Get("RecursiveLoop"); n != nil {
		setting, _ := s.text(p.Key("RecursiveLoop"), n)
		f.loops = setting == "Allow"
	}
	if n := properties.Get("Handler"); n != nil {
		f.handler, _ = s.text(p.Key("Handler"), n)
	}
	if layers := properties.Get("Layers"); layers != nil && layers.Kind == cfn.List {
		f.layers = len(layers.Items)
	}
	f.qualifiers = s.readPublished(p, properties)
}

// readProgram reads a function's variables and code. Those of a function that
// does not run here may hold what has no value on this machine.
func (s *scope) readProgram(f *functionPlan, o Options) {
	p, properties := f.path.Key("Properties"), f.properties
	f.environment = s.readEnvironment(p.Key("Environment", "Variables"), properties.At("Environment", "Variables"), o.Environment)
	f.code = s.readCode(p, properties, f.environment, o)
	f.codeAt = cmp.Or(f.code.at, rangeOf(properties.Get("Runtime")), rangeOf(properties.Get("CodeUri")), rangeOf(properties.Get("Code")), f.at)
}

func rangeOf(n *cfn.Node) diag.Range {
	if n == nil {
		return diag.Range{}
	}
	return n.Range
}

// readEnvironment resolves a function's variables. Those that overrides name
// are not even looked at in the template.
func (s *scope) readEnvironment(p cfn.Path, variables *cfn.Node, overrides map[string]string) map[string]string {
	environment := map[string]string{}
	if _, _, call := variables.Intrinsic(); call {
		variables = s.resolve(p, variables)
	}
	for _, name := range variables.Keys() {
		if _, overridden := overrides[name]; overridden {
			continue
		}
		if s.leftLoop(p.Key(name), name, variables.Get(name)) {
			continue
		}
		s.fix = fmt.Sprintf("give the variable a value with --env %s=VALUE", name)
		if value, ok := s.text(p.Key(name), variables.Get(name)); ok {
			environment[name] = value
		}
		s.fix = ""
	}
	for name, value := range overrides {
		if !slices.Contains(credentials[:], name) {
			environment[name] = value
		}
	}
	return environment
}

// needed are the functions that the plan cannot do without: those of enabled
// mappings and those that will be invoked by name.
func (pl *plan) needed(invoked []string) []*functionPlan {
	wanted := map[string]bool{}
	for _, id := range invoked {
		wanted[id] = true
	}
	for _, m := range pl.mappings {
		if m.enabled {
			wanted[m.functionName] = true
		}
	}
	var needed []*functionPlan
	for _, f := range pl.functions {
		if wanted[f.id] || wanted[f.name] {
			needed = append(needed, f)
		}
	}
	return needed
}

// check reports what is wrong between the parts of a plan.
func (s *scope) check(pl *plan, required []string) {
	for _, f := range pl.needed(required) {
		if f.code.notHere != "" {
			s.report(diag.NotRunHere, f.path, &cfn.Node{Range: f.codeAt}, f.code.notHere, f.code.fix)
		}
	}
	s.unique(pl)
	for _, m := range pl.mappings {
		s.checkMapping(pl, m)
	}
}

// unique reports physical names that two resources share.
func (s *scope) unique(pl *plan) {
	owner := map[string]string{}
	claim := func(kind, name, id string, p cfn.Path, at diag.Range) {
		if first, taken := owner[kind+name]; taken && name != "" {
			s.problems = append(s.problems, diag.Diagnostic{
				Code: diag.LocalValue, Path: p.String(), Range: at, Problem: fmt.Sprintf("%s and %s are both named %s", first, id, name),
			})
		}
		owner[kind+name] = id
	}
	for _, q := range pl.queues {
		claim("queue ", q.name, q.id, q.path, q.at)
	}
	for _, f := range pl.functions {
		claim("function ", f.name, f.id, f.path, f.at)
	}
}
