package expand

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// withoutReferences are the sections in which CloudFormation allows no
// references to resources.
var withoutReferences = []string{"AWSTemplateFormatVersion", "Description", "Transform", "Parameters", "Mappings", "Conditions", "Rules"}

// rewriteReferences replaces all references to jobs, anywhere in a copy of the
// template, with references to the resources of the jobs. It reports references
// that cannot be resolved, and references to prototypes, which are not in the
// result. betweenJobs reports whether a job, a prototype or Globals refers to a
// job.
func rewriteReferences(p *plan.Plan, template *cfn.Node) (problems diag.List, betweenJobs bool) {
	r := &rewriter{Problems: cfn.NewProblems(p.Template, nil), plan: p, template: template, jobs: map[string]*plan.Job{}}
	for _, j := range p.Jobs {
		r.jobs[j.Model.LogicalID] = j
	}
	for _, section := range template.Entries {
		if !slices.Contains(withoutReferences, section.Key) {
			section.Value.ReplaceReferences(cfn.Path{section.Key}, r.target)
		}
	}
	eachResource(cfn.Path{"Resources"}, template.Get("Resources"), r.checkDependsOn)
	eachResource(cfn.Path{"Resources"}, template.Get("Resources"), r.checkConnectors)
	return r.List(), r.betweenJobs
}

// rewriter rewrites the references of one template.
type rewriter struct {
	*cfn.Problems
	plan        *plan.Plan
	template    *cfn.Node
	jobs        map[string]*plan.Job // by logical ID
	betweenJobs bool
}

// target returns the replacement of a reference; nil if it stays unchanged.
func (r *rewriter) target(ref cfn.Reference) *cfn.Node {
	j := r.jobs[ref.LogicalID]
	switch {
	case ref.Form == cfn.ByRef && isFunctionOf(r.jobs, ref.Path):
		return nil
	case ref.Form == cfn.ByRef && j != nil && ref.Name != ref.LogicalID:
		reportDotted(r.Problems, j, ref)
		return nil
	case ref.Form == cfn.ByRef: // the name may have a dot, which SAM allows
		return r.find(ref.Path, ref.LogicalID, "")
	case ref.Form == cfn.ByComputedGetAtt:
		if j != nil {
			reportComputed(r.Problems, j, ref)
		}
		return nil
	}
	target := r.find(ref.Path, ref.LogicalID, ref.Attribute)
	if _, ok := target.Placeholder(); ref.Form == cfn.ByPlaceholder && target != nil && !ok {
		reportCallInSub(r.Problems, ref)
	}
	return target
}

// find returns what a reference resolves to; nil if it does not refer to a job, or
// if it cannot be resolved, which is reported.
func (r *rewriter) find(p cfn.Path, id, attribute string) *cfn.Node {
	if user := r.plan.Prototypes[id]; user != nil {
		reportPrototype(r.Problems, p, id, user, instead(user))
		return nil
	}
	j := r.jobs[id]
	if j == nil {
		r.checkLoops(p, id)
		return nil
	}
	r.betweenJobs = r.betweenJobs || r.isPlanned(p)
	target := j.Attributes.Values[attribute]
	if target == nil {
		reportMissing(r.Problems, p, j, attribute)
	}
	return target
}

// isPlanned reports whether planning reads the value at a path.
func (r *rewriter) isPlanned(p cfn.Path) bool {
	if p[0] != "Resources" || len(p) == 1 {
		return p[0] == "Globals"
	}
	return r.jobs[p[1]] != nil || r.plan.Prototypes[p[1]] != nil
}

// isFunctionOf reports whether a path is that of the Function of a job, of a step or
// of Generate, or a choice inside it. There, a reference to a prototype is either
// correct or has been reported by package job.
func isFunctionOf(jobs map[string]*plan.Job, p cfn.Path) bool {
	for len(p) > 3 && (strings.HasPrefix(p[len(p)-2], "Fn::") || strings.HasPrefix(p[len(p)-1], "Fn::")) {
		p = p[:len(p)-1] // an item of a call's list, or the list
	}
	if len(p) < 4 || p[0] != "Resources" || jobs[p[1]] == nil || p[len(p)-1] != "Function" {
		return false
	}
	return len(p) == 4 || len(p) == 5 && p[3] == "Generate" || len(p) == 6 && p[3] == "Steps"
}

// checkDependsOn checks the DependsOn of a resource. Jobs in it are replaced later,
// when their resources are placed.
func (r *rewriter) checkDependsOn(p cfn.Path, resource *cfn.Node) {
	for _, n := range resource.Get("DependsOn").Listed() {
		id, _ := n.AsString()
		if user := r.plan.Prototypes[id]; user != nil {
			fix := "use the job " + user.Model.LogicalID + " instead of " + id
			if slices.Equal(p, user.Model.Path) {
				fix = "remove " + id + " from its DependsOn"
			}
			reportPrototype(r.Problems, p.Key("DependsOn"), id, user, fix)
		}
		switch j := r.jobs[id]; {
		case j == nil:
		case slices.Equal(p, j.Model.Path):
			r.Error(diag.UnknownReference, p.Key("DependsOn"), "the job "+id+" depends on itself", "remove "+id+" from its DependsOn")
		case slices.Equal(p, cfn.Path{"Resources", j.Model.Prototype}):
			r.Error(diag.UnknownReference, p.Key("DependsOn"), "the prototype of the job "+id+" depends on the job, so every function of the job would too", "remove "+id+" from its DependsOn")
		}
	}
}

// checkConnectors reports connectors that name a job or a prototype, where SAM
// expects a single resource. It checks the Connectors of a resource, or the resource
// itself if it is a connector.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html
func (r *rewriter) checkConnectors(p cfn.Path, resource *cfn.Node) {
	if resource.ResourceType() == cfn.TypeServerlessConnector {
		r.checkConnector(p, resource)
	}
	if attribute := resource.Get("Connectors"); attribute != nil {
		for _, e := range attribute.Entries {
			r.checkConnector(p.Key("Connectors", e.Key), e.Value)
		}
	}
}

func (r *rewriter) checkConnector(p cfn.Path, connector *cfn.Node) {
	for _, end := range []string{"Source", "Destination"} {
		n, at := connector.At("Properties", end), p.Key("Properties", end)
		r.checkConnected(at, n)
		if n != nil {
			for i, item := range n.Items {
				r.checkConnected(at.Index(i), item)
			}
		}
	}
}

// checkConnected checks the resource at one end of a connector.
func (r *rewriter) checkConnected(p cfn.Path, end *cfn.Node) {
	id, _ := end.Get("Id").AsString()
	user := r.plan.Prototypes[id]
	if j := r.jobs[id]; j != nil {
		user = j
	}
	if user == nil {
		return
	}
	fix := "use the logical ID of one resource"
	if len(user.Steps) > 0 {
		fix += ", such as " + user.Steps[0].Function.LogicalID + " or " + user.Steps[0].Queue.LogicalID
	}
	r.Error(diag.UnknownReference, p.Key("Id"), "a connector requires one resource, but "+id+" expands to several", fix+"; Connectors of the prototype apply to every function of the job")
}

// checkLoops reports a reference with a name that the loop around it fills in, if
// one of the values is the name of a job. CloudFormation fills in names after
// StarJob has replaced the job.
func (r *rewriter) checkLoops(p cfn.Path, id string) {
	if !strings.Contains(id, "${") {
		return
	}
	for i, key := range p {
		if !strings.HasPrefix(key, cfn.ForEach) {
			continue
		}
		loop := r.template.Find(p[:i+1]).Listed()
		if len(loop) != 3 || "${"+loop[0].Text+"}" != id {
			continue
		}
		for _, value := range r.plan.Values.List(loop[1]).Listed() {
			if j := r.jobs[value.Text]; j != nil {
				r.Error(diag.UnknownReference, p, key+" fills in the name of the job "+value.Text+", but CloudFormation runs StarJob before it expands loops", "write the reference out, as in "+value.Text+"."+j.ExampleStep()+".Queue.Arn")
			}
		}
	}
}
