package plan

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// references holds the attributes of jobs by logical ID, and resolves references to
// them. Values that planning reads, such as the target of a RedrivePolicy, may refer
// to the same job or to others. A reference that cannot be resolved stays
// unchanged.
type references map[string]*Attributes

func newReferences(src Source, jobs []*job.Job) references {
	r := references{}
	for _, j := range jobs {
		r[j.LogicalID] = attributesOf(src, j)
	}
	return r
}

// target returns what a reference resolves to; nil if it does not refer to a job, or
// if the job lacks the attribute.
func (r references) target(ref cfn.Reference) *cfn.Node {
	a := r[ref.LogicalID]
	if a == nil || ref.Form == cfn.ByComputedGetAtt || ref.Form == cfn.ByRef && ref.Name != ref.LogicalID {
		return nil
	}
	return a.Values[ref.Attribute]
}

// node returns n with references to jobs resolved. The result is a copy unless n has
// no such references.
func (r references) node(n *cfn.Node) *cfn.Node {
	if !r.mayBeIn(n) {
		return n
	}
	n = n.Clone()
	n.ReplaceReferences(nil, r.target)
	return n
}

// mayBeIn reports whether n contains the name of a job at any depth.
func (r references) mayBeIn(n *cfn.Node) bool {
	switch {
	case n == nil:
		return false
	case n.Kind == cfn.String:
		for id := range r {
			if strings.Contains(n.Text, id) {
				return true
			}
		}
	}
	return slices.ContainsFunc(n.Items, r.mayBeIn) || slices.ContainsFunc(n.Entries, func(e cfn.Entry) bool { return r.mayBeIn(e.Value) })
}

// job returns a copy of a job in which references to jobs are resolved. Its
// Resource has no Properties, which the model has.
func (r references) job(j *job.Job) *job.Job {
	c := *j
	attributes := cfn.NewMap()
	for _, e := range j.Resource.Entries {
		if e.Key != "Properties" {
			attributes.Entries = append(attributes.Entries, e)
		}
	}
	c.Resource = r.node(attributes)
	c.PrototypeResource = r.node(j.PrototypeResource)
	c.Name, c.Inline, c.MaxDepth = r.node(j.Name), r.node(j.Inline), r.node(j.MaxDepth)
	c.Steps = make([]*job.Step, len(j.Steps))
	for i, s := range j.Steps {
		c.Steps[i] = r.step(s)
	}
	if j.Generate != nil {
		g := *j.Generate
		g.Function, g.Tags, g.LogRetentionInDays = r.node(g.Function), r.tags(g.Tags), r.node(g.LogRetentionInDays)
		c.Generate = &g
	}
	return &c
}

func (r references) step(s *job.Step) *job.Step {
	c := *s
	c.Function, c.Queue, c.EventSource = r.node(s.Function), r.node(s.Queue), r.node(s.EventSource)
	c.DeadLetterQueue, c.IgnoreErrors = r.node(s.DeadLetterQueue), r.node(s.IgnoreErrors)
	c.Retry = job.Retry{MaxAttempts: r.node(s.Retry.MaxAttempts), MinDelay: r.node(s.Retry.MinDelay), MaxDelay: r.node(s.Retry.MaxDelay)}
	c.Tags, c.LogRetentionInDays = r.tags(s.Tags), r.node(s.LogRetentionInDays)
	return &c
}

func (r references) tags(tags []job.Tag) []job.Tag {
	if len(tags) == 0 {
		return nil
	}
	resolved := make([]job.Tag, len(tags))
	for i, t := range tags {
		resolved[i] = job.Tag{Key: r.node(t.Key), Value: r.node(t.Value)}
	}
	return resolved
}
