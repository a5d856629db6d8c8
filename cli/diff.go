package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

// printDiff says in words what deploying the template would do to what an
// earlier one stands for, and tells whether something would be lost.
func (l *template) printDiff(t *terminal, earlier string, overrides map[string]string) (lost bool, err error) {
	old, err := t.earlier(earlier, overrides, l.layer)
	if err != nil {
		return false, err
	}
	if err := old.usable(t); err != nil {
		return false, err
	}
	all := compare(old.expanded, l.expanded)
	if len(all) == 0 {
		_, err = fmt.Fprintln(t.stdout, "no changes")
		return false, err
	}
	var b strings.Builder
	for _, d := range all {
		d.write(&b)
		lost = lost || d.loss != ""
	}
	_, err = io.WriteString(t.stdout, b.String())
	return lost, err
}

// earlier reads what to compare with: an expansion, a template with Star::Job
// resources, which is expanded, or the answer of GetTemplate with either.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
func (t *terminal) earlier(where string, overrides map[string]string, layer string) (*template, error) {
	old, err := t.read(where)
	if err != nil {
		return nil, err
	}
	answer, problems := cfn.Parse(old.source)
	if body := answer.Get("TemplateBody"); body != nil && !problems.HasErrors() {
		old.source = cfn.EncodeJSON(body)
		if text, ok := body.AsString(); ok {
			old.source = []byte(text)
		}
	}
	old.layer = layer
	old.expand(overrides)
	if old.expanded.Template != nil && len(old.expanded.Jobs) == 0 {
		old.expanded.Jobs = expand.Jobs(old.expanded.Template)
	}
	return old, nil
}

// difference is what an update would do to one resource, to a step, or to an
// entry of another section.
type difference struct {
	verb    verb
	what    string
	loss    string   // what would be lost; empty if nothing
	details []string // values that change
}

// verb is what happens, the worst first.
type verb int

const (
	removes verb = iota
	replaces
	changes
	adds
)

func (v verb) String() string {
	return [...]string{"removes", "replaces", "changes", "adds"}[v]
}

func (d difference) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s %s", d.verb, d.what)
	if d.loss != "" {
		b.WriteString(": " + d.loss + " would be lost")
	}
	if len(d.details) == 1 {
		b.WriteString("; " + d.details[0])
	}
	b.WriteString("\n")
	if len(d.details) > 1 {
		for _, detail := range d.details {
			b.WriteString("  " + detail + "\n")
		}
	}
}

// compare lists the differences, what is lost first, otherwise in the order of
// the templates.
func compare(old, fresh expand.Result) []difference {
	all := compareResources(old, fresh)
	sections := old.Template.Keys()
	for _, name := range fresh.Template.Keys() {
		if !slices.Contains(sections, name) {
			sections = append(sections, name)
		}
	}
	for _, name := range sections {
		if name != "Resources" {
			all = append(all, compareSections(name, old.Template.Get(name), fresh.Template.Get(name))...)
		}
	}
	slices.SortStableFunc(all, func(a, b difference) int { return cmp.Compare(a.verb, b.verb) })
	return all
}

// compareSections compares what other sections have, key by key where both are
// maps.
func compareSections(name string, old, fresh *cfn.Node) []difference {
	var all []difference
	if details := changed("", old, fresh); len(details) == 0 {
		return nil
	} else if old == nil || fresh == nil || old.Kind != cfn.Map || fresh.Kind != cfn.Map {
		return []difference{{verb: changes, what: name, details: details}}
	}
	for _, e := range old.Entries {
		what := name + "." + e.Key
		if !fresh.Has(e.Key) {
			all = append(all, difference{verb: removes, what: what})
		} else if details := changed("", e.Value, fresh.Get(e.Key)); len(details) > 0 {
			all = append(all, difference{verb: changes, what: what, details: details})
		}
	}
	for _, e := range fresh.Entries {
		if !old.Has(e.Key) {
			all = append(all, difference{verb: adds, what: name + "." + e.Key})
		}
	}
	return all
}
