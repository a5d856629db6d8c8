// Package resolve resolves the values of a template locally: parameters, pseudo
// parameters, conditions, loops, intrinsic functions and references between
// resources. A value that is known only in AWS is reported as a diagnostic where it
// is used, so a template may contain such values as long as nothing that runs needs
// them. The package does not decide what runs. [New] and [Template.Value] are where to
// start reading.
package resolve

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// A Location is where a stack is: what its pseudo parameters, ARNs and URLs say.
type Location struct {
	// Region is an AWS region, as in us-east-1.
	Region string
	// QueueURL is the URL of a queue up to its name.
	QueueURL string
}

// A Template is a template whose values can be resolved. It collects the
// problems that it reports. It is for one goroutine.
type Template struct {
	location   Location
	root       *cfn.Node // its loops are expanded
	parameters map[string]*cfn.Node
	conditions map[string]bool
	resolving  map[string]bool // names, against endless recursion
	fix        string          // for a value that cannot be resolved; empty for the usual one
	problems   diag.List
	reported   map[diag.Diagnostic]bool
}

// New returns a template whose loops (Fn::ForEach) are expanded. The values of
// its parameters are those of [Parameters].
func New(root *cfn.Node, parameters map[string]*cfn.Node, location Location) *Template {
	t := &Template{
		location:   location,
		root:       root,
		parameters: parameters,
		conditions: map[string]bool{},
		resolving:  map[string]bool{},
		reported:   map[diag.Diagnostic]bool{},
	}
	t.root = t.expandLoops(nil, root)
	return t
}

// Resources returns the template's resources, by their logical IDs.
func (t *Template) Resources() *cfn.Node { return t.root.Get("Resources") }

// Region returns the region that the stack is in.
func (t *Template) Region() string { return t.location.Region }

// QueueURL returns the URL of the queue of a name.
func (t *Template) QueueURL(name string) string { return t.location.QueueURL + name }

// Problems returns the problems reported so far.
func (t *Template) Problems() diag.List { return t.problems }

// Report adds a problem with the value n at a path. n may be nil.
func (t *Template) Report(code diag.Code, p cfn.Path, n *cfn.Node, problem, fix string) {
	d := diag.Diagnostic{Code: code, Path: p.String(), Problem: problem, Fix: fix}
	if n != nil {
		d.Range = n.Range
	}
	t.Add(d)
}

// Add adds a problem, unless the same one was added for the same place in the
// source: the functions of a job are copies of one function.
func (t *Template) Add(d diag.Diagnostic) {
	key := d
	if !key.Range.IsZero() {
		key.Path = ""
	}
	if !t.reported[key] {
		t.reported[key] = true
		t.problems = append(t.problems, d)
	}
}

// Collect returns the problems that a function reports, instead of adding them:
// they may turn out to be irrelevant.
func (t *Template) Collect(do func()) diag.List {
	problems, reported := t.problems, t.reported
	t.problems, t.reported = nil, map[diag.Diagnostic]bool{}
	do()
	collected := t.problems
	t.problems, t.reported = problems, reported
	return collected
}

// unresolved reports a value that cannot be resolved. It returns nil.
func (t *Template) unresolved(p cfn.Path, n *cfn.Node, problem string) *cfn.Node {
	fix := t.fix
	if fix == "" {
		fix = "use a literal value, or a parameter that you set with --parameter-overrides"
	}
	t.Report(diag.NotResolved, p, n, problem, fix)
	return nil
}

// Value returns the local value of n. It is nil if n is AWS::NoValue,
// or if it cannot be resolved, which was reported. It shares nothing with n that
// may be changed.
func (t *Template) Value(p cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case cfn.List:
		return t.list(p, n)
	case cfn.Map:
		if name, argument, ok := n.Intrinsic(); ok && name != "Condition" {
			return t.static(p, n, t.call(p, n, name, argument))
		}
		return t.entries(p, n)
	}
	return t.static(p, n, n)
}

// static returns a value unless it holds a dynamic reference. CloudFormation
// looks these up last, so one may be the result of an intrinsic function.
func (t *Template) static(p cfn.Path, n, value *cfn.Node) *cfn.Node {
	if text, ok := value.AsString(); ok && strings.Contains(text, "{{resolve:") {
		return t.unresolved(p, n, "the dynamic reference "+text+" is resolved only in AWS")
	}
	return value
}

func (t *Template) list(p cfn.Path, n *cfn.Node) *cfn.Node {
	list := &cfn.Node{Kind: cfn.List, Range: n.Range}
	for i, item := range n.Items {
		if v := t.Value(p.Index(i), item); v != nil {
			list.Items = append(list.Items, v)
		}
	}
	return list
}

func (t *Template) entries(p cfn.Path, n *cfn.Node) *cfn.Node {
	m := &cfn.Node{Kind: cfn.Map, Range: n.Range}
	for _, e := range n.Entries {
		if v := t.Value(p.Key(e.Key), e.Value); v != nil {
			m.Entries = append(m.Entries, cfn.Entry{Key: e.Key, KeyRange: e.KeyRange, Value: v})
		}
	}
	return m
}
