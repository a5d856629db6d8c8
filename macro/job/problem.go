package job

import (
	"cmp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// decoder collects the problems of one template.
type decoder struct {
	template   *cfn.Node
	parameters map[string]*cfn.Node
	problems   diag.List
	reported   map[diag.Diagnostic]bool
}

// report notes a problem of the value that the path leads to.
func (d *decoder) report(code diag.Code, path cfn.Path, what, fix string) {
	d.reportAt(d.rangeOf(path), code, path, what, fix)
}

// reportAt notes a problem of a place of its own, such as a key's. Problems are
// noted once: a step takes over its job's, and jobs share prototypes.
func (d *decoder) reportAt(place diag.Range, code diag.Code, path cfn.Path, what, fix string) {
	d.add(diag.Diagnostic{Code: code, Path: path.String(), Range: place, Problem: what, Fix: fix})
}

func (d *decoder) add(found diag.Diagnostic) {
	if !d.reported[found] {
		d.reported[found] = true
		d.problems = append(d.problems, found)
	}
}

// rangeOf returns the place of a value, or of the nearest one above it that has
// a place.
func (d *decoder) rangeOf(path cfn.Path) diag.Range {
	for ; ; path = path[:len(path)-1] {
		if n := d.template.Find(path); n != nil && !n.Range.IsZero() {
			return n.Range
		}
		if len(path) == 0 {
			return diag.Range{}
		}
	}
}

// list returns what was found in the order of the source, whenever it was
// checked; without a source, as in CloudFormation, in the order of the checks.
func (d *decoder) list() diag.List {
	slices.SortStableFunc(d.problems, func(a, b diag.Diagnostic) int {
		x, y := a.Range.Start, b.Range.Start
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	return d.problems
}

// choices is the fix for a word that is not one of the known ones; otherwise
// begins their list where none is near.
func choices(word string, known []string, otherwise string) string {
	if near := diag.Suggest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	if len(known) == 0 {
		return ""
	}
	return otherwise + " " + strings.Join(known, ", ")
}
