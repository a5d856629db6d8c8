package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// place puts what comes out of each job where the job stood, and takes the
// prototypes away.
func (e *expansion) place() []resource {
	jobs := map[string]*plan{}
	for _, p := range e.plans {
		jobs[p.LogicalID] = p
	}
	resources := e.template.Get("Resources")
	var placed []resource
	generated := map[string][]*cfn.Node{} // job -> its logical IDs
	for _, entry := range resources.Entries {
		p := jobs[entry.Key]
		switch {
		case p != nil:
			for _, r := range p.resources() {
				placed = append(placed, r)
				generated[entry.Key] = append(generated[entry.Key], cfn.NewString(r.Key))
			}
		case e.prototypes[entry.Key] == nil:
			placed = append(placed, resource{Entry: entry})
		}
	}
	e.collisions(placed)
	e.logicalIDs(placed)
	resources.Entries = nil
	for _, r := range placed {
		resources.Entries = append(resources.Entries, r.Entry)
	}
	rewriteDependsOn(resources, generated)
	return placed
}

// rewriteDependsOn lets what depends on a job depend on all that came out of it.
func rewriteDependsOn(resources *cfn.Node, generated map[string][]*cfn.Node) {
	eachResource(cfn.Path{"Resources"}, resources, func(_ cfn.Path, r *cfn.Node) {
		on := r.Get("DependsOn")
		if on == nil {
			return
		}
		all := &cfn.Node{Kind: cfn.List, Range: on.Range}
		changed := false
		for _, n := range listed(on) {
			id, _ := n.AsString()
			if ids := generated[id]; ids != nil {
				all.Items = append(all.Items, cfn.NewList(ids...).Clone().Items...)
				changed = true
				continue
			}
			all.Items = append(all.Items, n)
		}
		if changed {
			r.Set("DependsOn", all)
		}
	})
}

// eachResource visits all resources of a map, those in loops too.
func eachResource(p cfn.Path, resources *cfn.Node, visit func(cfn.Path, *cfn.Node)) {
	if resources == nil || resources.Kind != cfn.Map {
		return
	}
	for _, entry := range resources.Entries {
		at := p.Key(entry.Key)
		if !strings.HasPrefix(entry.Key, cfn.ForEach) {
			visit(at, entry.Value)
			continue
		}
		// [identifier, collection, body]
		if loop := entry.Value; loop != nil && loop.Kind == cfn.List && len(loop.Items) == 3 {
			eachResource(at.Index(2), loop.Items[2], visit)
		}
	}
}
