package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

func (a *Attributes) add(name string, n *cfn.Node) {
	if name != "" {
		a.Names = append(a.Names, name)
	}
	a.Values[name] = n
}

func (a *Attributes) addQueue(prefix, id string) {
	a.add(prefix+"Arn", cfn.GetAtt(id, "Arn"))
	a.add(prefix+"Url", cfn.Ref(id))
	a.add(prefix+"Name", cfn.GetAtt(id, "QueueName"))
}

// attributesOf returns the attributes of a job. They depend on the parts that the job
// has, not on their values.
func attributesOf(src Source, j *job.Job) *Attributes {
	a := &Attributes{Values: map[string]*cfn.Node{}}
	if j.Generate != nil {
		id := idsOf(j.LogicalID, generateName).function()
		a.add("", cfn.Ref(id))
		a.add("Arn", cfn.GetAtt(id, "Arn"))
		a.add("Generate.Arn", cfn.GetAtt(id, "Arn"))
	}
	roles := newRoles(src, j)
	for _, s := range j.Steps {
		ids := idsOf(j.LogicalID, s.Name)
		a.addQueue(s.Name+".Queue.", ids.queue())
		if makesDeadLetterQueue(s) {
			a.addQueue(s.Name+".DeadLetterQueue.", ids.deadLetterQueue())
		}
		a.add(s.Name+".Function.Arn", cfn.GetAtt(ids.function(), "Arn"))
		a.add(s.Name+".Function.Name", cfn.Ref(ids.function()))
		if arn := roles.of(ids, s).reference(); arn != nil {
			a.add(s.Name+".Role.Arn", arn)
		}
	}
	return a
}

// makesDeadLetterQueue reports whether StarJob creates a dead-letter queue for a
// step.
func makesDeadLetterQueue(s *job.Step) bool {
	return s.Queue.Get("RedrivePolicy") == nil && s.DeadLetterQueue != nil
}

// roles decides the roles of a job's functions from their Role property only, before
// the functions are planned.
type roles struct {
	src           Source
	serverless    bool
	base, globals *cfn.Node
}

func newRoles(src Source, j *job.Job) roles {
	base := &Job{Model: j}
	return roles{src, src.TypeOf(j.Prototype) == cfn.TypeServerlessFunction, onlyRole(base.Base()), onlyRole(globalsOf(src.Template, j))}
}

func (r roles) of(id ids, s *job.Step) Role {
	properties := withoutNothing(cfn.Merge(r.base, onlyRole(s.Function)), r.globals)
	return roleOf(r.src, id, r.serverless, overGlobals(properties, r.globals).Get("Role"))
}

// onlyRole returns only the Role of a function's properties; nil if it has none.
func onlyRole(properties *cfn.Node) *cfn.Node {
	if properties == nil || !properties.Has("Role") {
		return nil
	}
	return cfn.NewMap(cfn.E("Role", properties.Get("Role")))
}
