package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/check"
	"github.com/serverless-star/starjob/macro/plan"
)

// removeTransform removes StarJob from the Transform section, as CloudFormation
// does before it calls a macro.
func removeTransform(template *cfn.Node) {
	t := plan.ReadTransforms(template)
	switch {
	case !t.Listed:
	case len(t.Others) == 0:
		template.Delete("Transform")
	default:
		rest := cfn.NewList(t.Others...)
		rest.Range = template.Get("Transform").Range
		template.Set("Transform", rest)
	}
}

// placeResources replaces each job with its resources, and removes the prototypes. It
// returns all resources of the result in order.
func placeResources(p *plan.Plan, template *cfn.Node) []check.Resource {
	jobs := map[string]*plan.Job{}
	for _, j := range p.Jobs {
		jobs[j.Model.LogicalID] = j
	}
	resources := template.Get("Resources")
	var placed []check.Resource
	generated := map[string][]*cfn.Node{} // job -> its logical IDs
	for _, entry := range resources.Entries {
		switch j := jobs[entry.Key]; {
		case j != nil:
			for _, r := range jobResources(p, j) {
				placed = append(placed, r)
				generated[entry.Key] = append(generated[entry.Key], cfn.NewString(r.Key))
			}
		case p.Prototypes[entry.Key] == nil:
			placed = append(placed, check.Resource{Entry: entry})
		}
	}
	resources.Entries = nil
	for _, r := range placed {
		resources.Entries = append(resources.Entries, r.Entry)
	}
	rewriteDependsOn(resources, generated)
	return placed
}

// jobResources returns all resources of a job in order.
func jobResources(p *plan.Plan, j *plan.Job) []check.Resource {
	var all []check.Resource
	add := func(origin cfn.Path, entries ...cfn.Entry) {
		for _, e := range entries {
			setAttributes(j, e.Value)
			all = append(all, check.Resource{Entry: e, Origin: origin})
		}
	}
	for _, s := range j.Steps {
		add(s.Model.Path, queueResources(s)...)
		add(s.Model.Path, functionResources(p, s.Function)...)
		add(s.Model.Path, cfn.E(s.EventSourceID, eventSourceResource(s)))
	}
	if g := j.Generate; g != nil {
		add(g.Path, functionResources(p, g)...)
	}
	return all
}

// rewriteDependsOn replaces a job in any DependsOn with all of its resources.
func rewriteDependsOn(resources *cfn.Node, generated map[string][]*cfn.Node) {
	eachResource(cfn.Path{"Resources"}, resources, func(_ cfn.Path, r *cfn.Node) {
		on := r.Get("DependsOn")
		if on == nil {
			return
		}
		all := &cfn.Node{Kind: cfn.List, Range: on.Range}
		changed := false
		for _, n := range on.Listed() {
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

// eachResource visits all resources of a map, including those inside loops.
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
