package expand

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// withoutReferences are the sections in which CloudFormation allows no
// references to resources.
var withoutReferences = []string{"AWSTemplateFormatVersion", "Description", "Transform", "Parameters", "Mappings", "Conditions", "Rules"}

// references leads all references to jobs, anywhere in the template, to what
// comes out of the jobs. References to prototypes, which don't come out, are
// reported. It tells whether one of them was in what jobs are planned from.
func (e *expansion) references() (planned bool) {
	r := &rewriter{expansion: e, jobs: map[string]*jobAttributes{}}
	for _, p := range e.plans {
		r.jobs[p.LogicalID] = p.jobAttributes()
	}
	for _, section := range e.template.Entries {
		if !slices.Contains(withoutReferences, section.Key) {
			section.Value.Walk(cfn.Path{section.Key}, r.rewrite)
		}
	}
	eachResource(cfn.Path{"Resources"}, e.template.Get("Resources"), r.dependsOn)
	eachResource(cfn.Path{"Resources"}, e.template.Get("Resources"), r.connectors)
	return r.planned
}

type rewriter struct {
	*expansion
	jobs    map[string]*jobAttributes
	planned bool // a reference in a job, a prototype or Globals leads to a job
}

// rewrite changes n if it is a reference, and tells whether there may be
// references below it. The path is good for the time of the call alone.
func (r *rewriter) rewrite(p cfn.Path, n *cfn.Node) bool {
	name, argument, _ := n.Intrinsic()
	switch name {
	case "Ref":
		id, literal := argument.AsString()
		if literal && !r.isFunctionOf(p) {
			r.ref(p, n, id)
		}
		return !literal
	case "Fn::GetAtt":
		id, attribute, literal := n.AsGetAtt()
		if literal {
			r.replace(p, n, id, attribute)
			return false
		}
		r.notLiteral(p, argument)
	case "Fn::Sub":
		r.sub(p.Key(name), argument)
	}
	return true
}

// isFunctionOf tells whether a path leads to the Function of a job, of a step or of
// Generate, or to a choice of one: a reference to a prototype is as it should be
// there, or has been reported.
func (r *rewriter) isFunctionOf(p cfn.Path) bool {
	for len(p) > 3 && (strings.HasPrefix(p[len(p)-2], "Fn::") || strings.HasPrefix(p[len(p)-1], "Fn::")) {
		p = p[:len(p)-1] // an item of a call's list, or the list
	}
	if len(p) < 4 || p[0] != "Resources" || r.jobs[p[1]] == nil || p[len(p)-1] != "Function" {
		return false
	}
	return len(p) == 4 || len(p) == 5 && p[3] == "Generate" || len(p) == 6 && p[3] == "Steps"
}

// ref replaces a Ref. Some know names with a dot, as SAM does, but those of jobs
// have none.
func (r *rewriter) ref(p cfn.Path, n *cfn.Node, name string) {
	id, attribute, dotted := strings.Cut(name, ".")
	if t := r.jobs[id]; t != nil && dotted {
		fix := "write !GetAtt in place of !Ref; " + t.suggestion(attribute)
		if t.nodes[attribute] != nil {
			fix = "write !GetAtt " + name
		}
		r.report(diag.UnknownReference, p, "Ref leads to a job as a whole, and "+name+" is an attribute of one", fix)
		return
	}
	r.replace(p, n, id, "")
}

// notLiteral reports an attribute of a job that an intrinsic function gives.
func (r *rewriter) notLiteral(p cfn.Path, argument *cfn.Node) {
	items := listed(argument)
	if len(items) == 0 {
		return
	}
	if id, _ := items[0].AsString(); r.jobs[id] != nil {
		r.report(diag.UnknownReference, p, "the attribute of the job "+id+" is not a literal text, and StarJob runs before anything is evaluated", "write the attribute itself, as in "+id+"."+r.jobs[id].plan.example()+".Queue.Arn")
	}
}

// replace puts what a reference leads to in its place, if it is StarJob's.
func (r *rewriter) replace(p cfn.Path, n *cfn.Node, id, attribute string) {
	if target := r.find(p, id, attribute); target != nil {
		at := n.Range
		*n = *target.Clone()
		n.Range = at
	}
}

// find is what a reference leads to; nil if it is not StarJob's, or leads
// nowhere, which is reported.
func (r *rewriter) find(p cfn.Path, id, attribute string) *cfn.Node {
	if user := r.prototypes[id]; user != nil {
		r.prototypeReference(p, id, user, user.instead())
		return nil
	}
	t := r.jobs[id]
	if t == nil {
		r.looped(p, id)
		return nil
	}
	r.planned = r.planned || r.isPlanned(p)
	target := t.nodes[attribute]
	if target == nil {
		problem, fix := t.missing(attribute)
		r.report(diag.UnknownReference, p, problem, fix)
	}
	return target
}

// isPlanned tells whether jobs are planned from what is at a path.
func (r *rewriter) isPlanned(p cfn.Path) bool {
	if p[0] != "Resources" || len(p) == 1 {
		return p[0] == "Globals"
	}
	return r.jobs[p[1]] != nil || r.prototypes[p[1]] != nil
}

func (r *rewriter) prototypeReference(p cfn.Path, id string, user *plan, fix string) {
	if user.roleOfPrototype() != "" {
		fix += "; if SAM made what refers to it, write Transform: [StarJob, " + serverlessTransform + "], so that SAM makes it for the copies"
	}
	r.report(diag.PrototypeReference, p, "the function "+id+" is the prototype of the job "+user.LogicalID+" and does not come out of StarJob: every function of the job is a copy of it", fix)
}

// instead is what to refer to in place of the job's prototype.
func (p *plan) instead() string {
	fix := "refer to one of the copies, as in !GetAtt " + p.LogicalID + "." + p.example() + ".Function.Arn"
	if p.generate != nil {
		fix += ", or !Ref " + p.LogicalID + " for the generate function"
	}
	return fix
}

// dependsOn checks what a resource depends on. Jobs among that are replaced when
// it is known what comes out of them.
func (r *rewriter) dependsOn(p cfn.Path, resource *cfn.Node) {
	for _, n := range listed(resource.Get("DependsOn")) {
		id, _ := n.AsString()
		if user := r.prototypes[id]; user != nil {
			fix := "write " + user.LogicalID + ", the job, in place of " + id
			if slices.Equal(p, user.Path) {
				fix = "remove " + id + " from its DependsOn"
			}
			r.prototypeReference(p.Key("DependsOn"), id, user, fix)
		}
		switch t := r.jobs[id]; {
		case t == nil:
		case slices.Equal(p, t.plan.Path):
			r.report(diag.UnknownReference, p.Key("DependsOn"), "the job "+id+" depends on itself", "remove "+id+" from its DependsOn")
		case slices.Equal(p, cfn.Path{"Resources", t.plan.Prototype}):
			r.report(diag.UnknownReference, p.Key("DependsOn"), "the prototype of the job "+id+" depends on the job, and so would every function of the job", "remove "+id+" from its DependsOn")
		}
	}
}

// suggestion is the attribute that was probably meant, or all that there is.
func (t *jobAttributes) suggestion(attribute string) string {
	if s := diag.Suggest(attribute, t.names); s != "" {
		return "did you mean " + s + "?"
	}
	return "a job has Arn, Generate.Arn, and for each step, such as " + t.plan.example() + ": Queue and DeadLetterQueue with Arn, Url and Name, Function with Arn and Name, and Role.Arn, as in " +
		strings.Join([]string{t.plan.LogicalID, t.plan.example(), "Queue", "Arn"}, ".")
}
