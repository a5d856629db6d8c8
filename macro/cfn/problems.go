package cfn

import (
	"cmp"
	"slices"

	"github.com/serverless-star/starjob/macro/diag"
)

// Problems collects what is wrong with a template: each problem once, and with
// its place in the source.
type Problems struct {
	template *Node
	earlier  diag.List
	list     diag.List
	reported map[diag.Diagnostic]bool
}

// NewProblems returns a collection for a template. Problems that an earlier stage
// has found are not noted again, and are not in the new list.
func NewProblems(template *Node, earlier diag.List) *Problems {
	p := &Problems{template: template, earlier: earlier, reported: map[diag.Diagnostic]bool{}}
	for _, d := range earlier {
		p.reported[d] = true
	}
	return p
}

// Error notes a problem of the value that a path leads to.
func (p *Problems) Error(code diag.Code, path Path, problem, fix string) {
	p.Add(diag.Diagnostic{Code: code, Path: path.String(), Range: p.place(path), Problem: problem, Fix: fix})
}

// Warn notes a problem that does not keep the template from being expanded.
func (p *Problems) Warn(code diag.Code, path Path, problem, fix string) {
	p.Add(diag.Diagnostic{Code: code, Severity: diag.Warning, Path: path.String(), Range: p.place(path), Problem: problem, Fix: fix})
}

// Add notes a problem that has a place of its own, such as a key's. What many
// resources take over from one place is found with each, and noted once.
func (p *Problems) Add(d diag.Diagnostic) {
	if !p.reported[d] {
		p.reported[d] = true
		p.list = append(p.list, d)
	}
}

// place is where a value is in the source. What has no place of its own has that
// of what it would be in.
func (p *Problems) place(path Path) diag.Range {
	for ; len(path) > 0; path = path[:len(path)-1] {
		if n := p.template.Find(path); n != nil && !n.Range.IsZero() {
			return n.Range
		}
	}
	return diag.Range{}
}

// At reports whether there is a problem at a path, found here or earlier.
func (p *Problems) At(path Path) bool {
	text := path.String()
	at := func(d diag.Diagnostic) bool { return d.Path == text }
	return slices.ContainsFunc(p.earlier, at) || slices.ContainsFunc(p.list, at)
}

// List returns the problems in the order in which they were noted.
func (p *Problems) List() diag.List { return p.list }

// InOrder sorts problems in the order of the source, whenever they were found, in
// place. Those of a template without a source, as CloudFormation sends it, stay in
// the order of the checks.
func InOrder(problems diag.List) diag.List {
	slices.SortStableFunc(problems, func(a, b diag.Diagnostic) int {
		x, y := a.Range.Start, b.Range.Start
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	return problems
}
