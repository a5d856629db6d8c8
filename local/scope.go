package local

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// What pseudo parameters and ARNs say on this machine.
const (
	defaultRegion = "us-east-1"
	account       = "000000000000"
	partition     = "aws"
	stackName     = "local"
)

// A scope gives the values of a template their meaning on this machine: it
// resolves parameters, conditions, intrinsic functions and references between
// resources. What has no meaning here is reported where it is asked for, so a
// template may hold such things as long as nothing that runs needs them.
type scope struct {
	template   *cfn.Node
	parameters map[string]*cfn.Node
	region     string
	queueURL   string // of a queue, up to its name
	conditions map[string]bool
	busy       map[string]bool // names being resolved, against endless recursion
	fix        string          // what to do about a value that has no meaning here
	problems   diag.List
	reported   map[diag.Diagnostic]bool
	notes      []string // what is otherwise here than in AWS
}

func newScope(template *cfn.Node, parameters map[string]*cfn.Node, queueURL string) *scope {
	s := &scope{
		template:   template,
		parameters: parameters,
		region:     defaultRegion,
		queueURL:   queueURL,
		conditions: map[string]bool{},
		busy:       map[string]bool{},
		reported:   map[diag.Diagnostic]bool{},
	}
	s.template = s.writeOut(nil, template)
	return s
}

// report notes a problem, once for each place in the source: the functions of a
// job are copies of one prototype.
func (s *scope) report(code diag.Code, p cfn.Path, n *cfn.Node, problem, fix string) {
	d := diag.Diagnostic{Code: code, Path: p.String(), Problem: problem, Fix: fix}
	if n != nil {
		d.Range = n.Range
	}
	s.add(d)
}

func (s *scope) add(d diag.Diagnostic) {
	key := d
	if !key.Range.IsZero() {
		key.Path = ""
	}
	if !s.reported[key] {
		s.reported[key] = true
		s.problems = append(s.problems, d)
	}
}

func (s *scope) unresolved(p cfn.Path, n *cfn.Node, problem string) *cfn.Node {
	fix := s.fix
	if fix == "" {
		fix = "write the value itself, or a parameter that --parameter-overrides can set"
	}
	s.report(diag.NotResolved, p, n, problem, fix)
	return nil
}

// resolve returns what n means here, sharing nothing with n that may change;
// nil where it is AWS::NoValue, or cannot be told and was reported.
func (s *scope) resolve(p cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case cfn.List:
		return s.list(p, n)
	case cfn.Map:
		if name, argument, ok := n.Intrinsic(); ok && name != "Condition" {
			return s.static(p, n, s.call(p, n, name, argument))
		}
		return s.entries(p, n)
	}
	return s.static(p, n, n)
}

// static is a value unless it holds a dynamic reference, which CloudFormation
// looks up last: it may have come out of an intrinsic function.
func (s *scope) static(p cfn.Path, n, value *cfn.Node) *cfn.Node {
	if text, ok := value.AsString(); ok && strings.Contains(text, "{{resolve:") {
		return s.unresolved(p, n, "the dynamic reference "+text+" leads to a service that is not on this machine")
	}
	return value
}

func (s *scope) list(p cfn.Path, n *cfn.Node) *cfn.Node {
	list := &cfn.Node{Kind: cfn.List, Range: n.Range}
	for i, item := range n.Items {
		if v := s.resolve(p.Index(i), item); v != nil {
			list.Items = append(list.Items, v)
		}
	}
	return list
}

func (s *scope) entries(p cfn.Path, n *cfn.Node) *cfn.Node {
	m := &cfn.Node{Kind: cfn.Map, Range: n.Range}
	for _, e := range n.Entries {
		if v := s.resolve(p.Key(e.Key), e.Value); v != nil {
			m.Entries = append(m.Entries, cfn.Entry{Key: e.Key, KeyRange: e.KeyRange, Value: v})
		}
	}
	return m
}

// text resolves a value that must be a scalar.
func (s *scope) text(p cfn.Path, n *cfn.Node) (string, bool) {
	v := s.resolve(p, n)
	if v == nil {
		return "", false
	}
	text, ok := v.AsScalar()
	if !ok {
		s.report(diag.LocalValue, p, n, "a text is wanted here, and this is "+show(v), "")
	}
	return text, ok
}

// optional resolves a scalar that nothing here needs; empty where it has no
// value on this machine.
func (s *scope) optional(p cfn.Path, n *cfn.Node) string {
	var text string
	s.apart(func() { text, _ = s.text(p, n) })
	return text
}

// apart does something and returns its problems, which may turn out to be none.
func (s *scope) apart(do func()) diag.List {
	problems, reported := s.problems, s.reported
	s.problems, s.reported = nil, map[diag.Diagnostic]bool{}
	do()
	apart := s.problems
	s.problems, s.reported = problems, reported
	return apart
}

// integer resolves a value that must be an integer.
func (s *scope) integer(p cfn.Path, n *cfn.Node) (int, bool) {
	v := s.resolve(p, n)
	if v == nil {
		return 0, false
	}
	i, ok := v.AsInt()
	if !ok {
		s.report(diag.LocalValue, p, n, "a whole number is wanted here, and this is "+show(v), "")
	}
	return i, ok
}

// boolean resolves a value that must be true or false, and returns otherwise
// where there is none.
func (s *scope) boolean(p cfn.Path, n *cfn.Node, otherwise bool) bool {
	v := s.resolve(p, n)
	if v == nil {
		return otherwise
	}
	b, ok := v.AsBool()
	if !ok {
		s.report(diag.LocalValue, p, n, "true or false is wanted here, and this is "+show(v), "")
		return otherwise
	}
	return b
}

func show(n *cfn.Node) string {
	if text, ok := n.AsScalar(); ok {
		return `"` + text + `"`
	}
	return map[cfn.Kind]string{cfn.Null: "null", cfn.List: "a list", cfn.Map: "a map"}[n.Kind]
}
