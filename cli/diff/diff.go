// Package diff describes what deploying a template changes, compared with an
// earlier one, and what data the update loses. It compares expanded templates as
// they are written: it neither asks AWS nor evaluates intrinsic functions. Start
// reading at [Compare]; resources.go decides what happens to a resource, and
// values.go lists the values that differ.
package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

// A Change is what an update does to one resource, to a step, or to an entry
// of another section.
type Change struct {
	Action  Action
	Subject string   // the step, resource or entry, as people call it
	Loss    string   // the data that is lost, such as "its messages"; empty if nothing
	Details []string // values that change
}

// Action is the kind of a change. The worst is first.
type Action int

// Actions, in the order in which changes are listed.
const (
	Removes Action = iota
	Replaces
	Changes
	Adds
)

// String returns the action's verb, as in "removes".
func (a Action) String() string {
	return [...]string{"removes", "replaces", "changes", "adds"}[a]
}

// Compare lists the differences between two expanded templates: removals and
// replacements first, otherwise in the order of the templates.
func Compare(old, updated expand.Result) []Change {
	changes := compareResources(old, updated)
	sections := old.Template.Keys()
	for _, name := range updated.Template.Keys() {
		if !slices.Contains(sections, name) {
			sections = append(sections, name)
		}
	}
	for _, name := range sections {
		if name != "Resources" {
			changes = append(changes, compareSections(name, old.Template.Get(name), updated.Template.Get(name))...)
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(a.Action, b.Action) })
	return changes
}

// compareSections compares a section other than Resources, key by key if both
// templates have a map there.
func compareSections(name string, old, updated *cfn.Node) []Change {
	var changes []Change
	if details := changedValues("", old, updated); len(details) == 0 {
		return nil
	} else if old == nil || updated == nil || old.Kind != cfn.Map || updated.Kind != cfn.Map {
		return []Change{{Action: Changes, Subject: name, Details: details}}
	}
	for _, e := range old.Entries {
		subject := name + "." + e.Key
		if !updated.Has(e.Key) {
			changes = append(changes, Change{Action: Removes, Subject: subject})
		} else if details := changedValues("", e.Value, updated.Get(e.Key)); len(details) > 0 {
			changes = append(changes, Change{Action: Changes, Subject: subject, Details: details})
		}
	}
	for _, e := range updated.Entries {
		if !old.Has(e.Key) {
			changes = append(changes, Change{Action: Adds, Subject: name + "." + e.Key})
		}
	}
	return changes
}

// Loses reports whether one of the changes loses data.
func Loses(changes []Change) bool {
	return slices.ContainsFunc(changes, func(c Change) bool { return c.Loss != "" })
}

// Text returns the changes in words, one per line, with several details indented
// below their change.
func Text(changes []Change) string {
	if len(changes) == 0 {
		return "no changes\n"
	}
	var b strings.Builder
	for _, c := range changes {
		c.write(&b)
	}
	return b.String()
}

func (c Change) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s %s", c.Action, c.Subject)
	if c.Loss != "" {
		b.WriteString(": " + c.Loss + " will be lost")
	}
	if len(c.Details) == 1 {
		b.WriteString("; " + c.Details[0])
	}
	b.WriteString("\n")
	if len(c.Details) > 1 {
		for _, detail := range c.Details {
			b.WriteString("  " + detail + "\n")
		}
	}
}
