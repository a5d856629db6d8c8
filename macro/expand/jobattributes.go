package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// jobAttributes is what references to a job lead to, by attribute: "" is that of Ref,
// others are those of Fn::GetAtt.
type jobAttributes struct {
	plan  *plan
	names []string // in order, without ""
	nodes map[string]*cfn.Node
}

func (t *jobAttributes) add(name string, n *cfn.Node) {
	if name != "" {
		t.names = append(t.names, name)
	}
	t.nodes[name] = n
}

func (p *plan) jobAttributes() *jobAttributes {
	t := &jobAttributes{plan: p, nodes: map[string]*cfn.Node{}}
	if p.generate != nil {
		id := p.generate.id()
		t.add("", cfn.Ref(id))
		t.add("Arn", cfn.GetAtt(id, "Arn"))
		t.add("Generate.Arn", cfn.GetAtt(id, "Arn"))
	}
	for _, s := range p.steps {
		t.addQueue(s.Name+".Queue.", s.queue)
		if s.dead.made {
			t.addQueue(s.Name+".DeadLetterQueue.", s.dead.queue)
		}
		t.add(s.Name+".Function.Arn", cfn.GetAtt(s.function.id(), "Arn"))
		t.add(s.Name+".Function.Name", cfn.Ref(s.function.id()))
		if arn := s.function.role.reference(); arn != nil {
			t.add(s.Name+".Role.Arn", arn)
		}
	}
	return t
}

func (t *jobAttributes) addQueue(prefix string, q *queue) {
	t.add(prefix+"Arn", q.arn())
	t.add(prefix+"Url", q.url())
	t.add(prefix+"Name", cfn.GetAtt(q.id, "QueueName"))
}

// reference is the role's ARN; nil if no single expression tells it.
func (r role) reference() *cfn.Node {
	switch {
	case r.id != "":
		return cfn.GetAtt(r.id, "Arn")
	case r.kind == roleForeign || r.kind == roleAttached:
		return r.arn
	}
	return nil
}

// missing says why a job lacks an attribute, and what to do about it.
func (t *jobAttributes) missing(attribute string) (problem, fix string) {
	id := t.plan.LogicalID
	step, rest, _ := strings.Cut(attribute, ".")
	switch {
	case strings.Contains(attribute, "${"):
		return "a reference to the job " + id + " has a name in it that Fn::ForEach fills in, and StarJob runs before loops are written out", "write the step's name itself, as in " + id + "." + t.plan.example() + ".Queue.Arn"
	case t.plan.Generate == nil && (attribute == "" || attribute == "Arn" || attribute == "Generate.Arn"):
		return "the job " + id + " has no generate function, for Generate is false", "refer to a step's function, as in " + id + "." + t.plan.example() + ".Function.Arn"
	case strings.HasPrefix(rest, "DeadLetterQueue.") && t.nodes[step+".Queue.Arn"] != nil && t.nodes[step+".DeadLetterQueue.Arn"] == nil:
		return "StarJob makes no dead-letter queue for the step " + step + " of the job " + id, "remove DeadLetterQueue: false or the step's RedrivePolicy, or refer to the queue that takes its dead letters"
	}
	return "the job " + id + " has no attribute " + attribute, t.suggestion(attribute)
}

// example is the name of a step.
func (p *plan) example() string {
	if len(p.steps) == 0 {
		return "<step>"
	}
	return p.steps[0].Name
}
