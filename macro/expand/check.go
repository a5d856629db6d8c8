package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// check reports what AWS would refuse, or would take otherwise than it was
// meant, of what the user writes.
func (e *expansion) check() {
	for _, p := range e.plans {
		p.checkCondition()
		p.checkSharedRole()
		p.checkEvents()
		p.checkURLs()
		p.checkSharedHandler()
		p.checkNames()
		for _, s := range p.steps {
			p.checkQueue(s)
			p.checkMapping(s)
			p.checkFunction(s.function)
			p.advise(s)
		}
		if p.generate != nil {
			p.checkFunction(p.generate)
		}
	}
}

// at is where the value for a step's key stands: in the step itself, among the
// job's defaults, in the prototype, or in Globals. For one that is nowhere it is
// the step.
func (p *plan) at(step cfn.Path, keys ...string) cfn.Path {
	for _, above := range []cfn.Path{step, p.Path.Key("Properties")} {
		if p.input.Find(above).Find(keys) != nil {
			return above.Key(keys...)
		}
	}
	if keys[0] != "Function" || p.Prototype == "" {
		return step
	}
	keys = keys[1:]
	switch {
	case p.PrototypeResource.Get("Properties").Find(keys) != nil:
		return cfn.Path{"Resources", p.Prototype, "Properties"}.Key(keys...)
	case p.globals.Find(keys) != nil:
		return cfn.Path{"Globals", "Function"}.Key(keys...)
	}
	return step
}

func (p *plan) checkCondition() {
	path := cfn.Path{"Resources", p.Prototype, "Condition"}
	prototype, own := p.PrototypeResource.Get("Condition"), p.Resource.Get("Condition")
	if prototype != nil && own != nil && !prototype.Equal(own) {
		p.warn(diag.Overwritten, path, "the Condition of the prototype "+p.Prototype+" gives way to that of the job "+p.LogicalID, "remove one of them")
	}
}

// checkSharedRole warns where SAM ran before StarJob and made one role for the
// prototype, and so for all of its copies.
func (p *plan) checkSharedRole() {
	if id := p.roleOfPrototype(); id != "" {
		p.warn(diag.SharedRole, cfn.Path{"Resources", p.Prototype, "Properties", "Role"}, "all functions of the job "+p.LogicalID+" share the role "+id+" of their prototype, and so each has the rights of all", "write Transform: [StarJob, "+serverlessTransform+"] if SAM made the role, so that it makes one for each function; or give roles in the steps")
	}
}

// roleOfPrototype is the role that SAM seems to have made for the prototype; empty
// if it made none.
func (p *plan) roleOfPrototype() string {
	id, _ := referent(p.PrototypeResource.At("Properties", "Role"))
	if id != p.Prototype+"Role" || p.kind(id) != roleType {
		return ""
	}
	return id
}

// checkEvents warns of a prototype's events that nothing is left for.
func (p *plan) checkEvents() {
	for _, name := range kickOffs {
		if p.serverless && p.generate == nil && p.PrototypeResource.Get("Properties").Has(name) {
			p.warn(diag.Overwritten, cfn.Path{"Resources", p.Prototype, "Properties", name}, name+" of the prototype kicks off the generate function, and the job "+p.LogicalID+" has none, so it has no effect there", "remove Generate: false from the job, or "+name+" from the prototype; a step's own go into its Function")
		}
	}
}
