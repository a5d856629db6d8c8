package cfn

import (
	"cmp"
	"slices"

	"github.com/serverless-star/starjob/macro/diag"
)

// Problems collects the problems of a template, without duplicates, and adds their
// positions in the source.
type Problems struct {
	template *Node
	earlier  diag.List
	list     diag.List
	reported map[diag.Diagnostic]bool
}

// NewProblems returns a collection for a template. It does not collect problems again
// that an earlier stage has found; they are not in the new list.
func NewProblems(template *Node, earlier diag.List) *Problems {
	p := &Problems{template: template, earlier: earlier, reported: map[diag.Diagnostic]bool{}}
	for _, d := range earlier {
		p.reported[d] = true
	}
	return p
}

// Error adds an error about the value at a path.
func (p *Problems) Error(code diag.Code, path Path, problem, fix string) {
	p.Add(diag.Diagnostic{Code: code, Path: path.String(), Range: p.place(path), Problem: problem, Fix: fix})
}

// Warn adds a warning about the value at a path. The template can still be expanded.
func (p *Problems) Warn(code diag.Code, path Path, problem, fix string) {
	p.Add(diag.Diagnostic{Code: code, Severity: diag.Warning, Path: path.String(), Range: p.place(path), Problem: problem, Fix: fix})
}

// Add adds a problem with a position that is not the value's, such as the key's. A
// problem of a value that many resources inherit is found several times, but added
// once.
func (p *Problems) Add(d diag.Diagnostic) {
	if !p.reported[d] {
		p.reported[d] = true
		p.list = append(p.list, d)
	}
}

// place returns the position of the value at a path, or, if it has none, that of the
// innermost map or list around it.
func (p *Problems) place(path Path) diag.Range {
	for ; len(path) > 0; path = path[:len(path)-1] {
		if n := p.template.Find(path); n != nil && !n.Range.IsZero() {
			return n.Range
		}
	}
	return diag.Range{}
}

// At reports whether there is a problem at a path, in this collection or earlier.
func (p *Problems) At(path Path) bool {
	text := path.String()
	at := func(d diag.Diagnostic) bool { return d.Path == text }
	return slices.ContainsFunc(p.earlier, at) || slices.ContainsFunc(p.list, at)
}

// List returns the problems in the order in which they were added.
func (p *Problems) List() diag.List { return p.list }

// InOrder sorts problems in place by their position in the source, and returns them.
// Problems without a position, as in an event of CloudFormation, keep the order of
// the checks.
func InOrder(problems diag.List) diag.List {
	slices.SortStableFunc(problems, func(a, b diag.Diagnostic) int {
		x, y := a.Range.Start, b.Range.Start
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	return problems
}
