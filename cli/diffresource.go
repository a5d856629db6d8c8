package cli

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

// replacement lists the types of resources that StarJob writes, one a line, and
// after each the properties that cannot change without another resource in its
// place: createOnlyProperties of CloudFormation's registry, and for SAM's
// functions those of the functions that SAM makes of them.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
//
//go:embed replacement.txt
var replacement string

// createOnly are the properties of a type whose change replaces the resource.
func createOnly(kind string) []string {
	for line := range strings.Lines(replacement) {
		if words := strings.Fields(line); words[0] == kind {
			return words[1:]
		}
	}
	return nil
}

// losses says what is gone with a resource.
var losses = map[string]string{
	"AWS::SQS::Queue":      "its messages",
	"AWS::Logs::LogGroup":  "its log events",
	"AWS::S3::Bucket":      "its objects",
	"AWS::DynamoDB::Table": "its items",
}

// lossOf is what is gone with a resource, unless its policy, DeletionPolicy or
// UpdateReplacePolicy, keeps it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
func lossOf(resource *cfn.Node, policy string) string {
	if value, _ := resource.Get(policy).AsString(); strings.HasPrefix(value, "Retain") {
		return ""
	}
	return losses[kindOf(resource)]
}

func kindOf(resource *cfn.Node) string {
	kind, _ := resource.Get("Type").AsString()
	return kind
}

func compareResources(old, fresh expand.Result) []difference {
	before, after := old.Template.Get("Resources"), fresh.Template.Get("Resources")
	had, has := partsOf(old.Jobs), partsOf(fresh.Jobs)
	all := oneSided(removes, before, after, had, has)
	for _, id := range after.Keys() {
		if before.Has(id) {
			all = append(all, compareResource(name(id, after.Get(id), has), before.Get(id), after.Get(id))...)
		}
	}
	return append(all, oneSided(adds, after, before, has, had)...)
}

func compareResource(what string, old, fresh *cfn.Node) []difference {
	details := changed("", old, fresh)
	if len(details) == 0 {
		return nil
	}
	for i, detail := range details {
		details[i] = strings.TrimPrefix(detail, "Properties.")
	}
	d := difference{verb: changes, what: what, details: details}
	if replaced(old, fresh) {
		// AWS leaves open which of the two templates' policy counts.
		d.verb, d.loss = replaces, cmp.Or(lossOf(old, "UpdateReplacePolicy"), lossOf(fresh, "UpdateReplacePolicy"))
	}
	return []difference{d}
}

// replaced tells whether an update makes another resource. SAM makes a Lambda
// function of its own function, under the same logical ID.
func replaced(old, fresh *cfn.Node) bool {
	kind := func(n *cfn.Node) string { return strings.Replace(kindOf(n), "::Serverless::", "::Lambda::", 1) }
	if kind(old) != kind(fresh) {
		return true
	}
	return slices.ContainsFunc(createOnly(kindOf(fresh)), func(key string) bool {
		return !old.At("Properties", key).Equal(fresh.At("Properties", key))
	})
}

// oneSided lists what is on one side alone: a step as a whole where all of it
// is.
func oneSided(v verb, resources, others *cfn.Node, parts, otherParts map[string]part) []difference {
	whole := map[string]*difference{}
	var order []*difference
	for _, id := range resources.Keys() {
		if others.Has(id) {
			continue
		}
		p := parts[id]
		d := whole[p.owner]
		if d == nil || !p.gone(otherParts) {
			d = &difference{verb: v, what: name(id, resources.Get(id), parts)}
			if p.gone(otherParts) {
				d.what = p.owner
				whole[p.owner] = d
			}
			order = append(order, d)
		}
		if loss := lossOf(resources.Get(id), "DeletionPolicy"); v == removes && loss != "" {
			d.lose(loss, p.gone(otherParts))
		}
	}
	return values(order)
}

// lose adds what is lost, in the plural for a step with several queues.
func (d *difference) lose(loss string, step bool) {
	if step {
		loss = strings.Replace(loss, "its messages", "the messages in its queues", 1)
	}
	switch {
	case d.loss == "":
		d.loss = loss
	case !strings.Contains(d.loss, loss):
		d.loss += " and " + loss
	}
}

func values(pointers []*difference) []difference {
	all := make([]difference, len(pointers))
	for i, p := range pointers {
		all[i] = *p
	}
	return all
}

// part is what a resource is to a job.
type part struct{ owner, noun string }

// gone tells whether nothing of the part's step is among others.
func (p part) gone(others map[string]part) bool {
	if p.owner == "" {
		return false
	}
	for _, other := range others {
		if other.owner == p.owner {
			return false
		}
	}
	return true
}

// nouns name the parts of a step, by what ends their logical IDs.
var nouns = map[string]string{
	"Queue": "queue", "DeadLetterQueue": "dead-letter queue", "Function": "function", "Role": "role",
	"Policy": "policy", "EventSource": "mapping", "Logs": "log group",
}

// partsOf names the resources of jobs by their logical IDs.
func partsOf(jobs []expand.Job) map[string]part {
	parts := map[string]part{}
	add := func(function, owner string) {
		base := strings.TrimSuffix(function, "Function")
		for suffix, noun := range nouns {
			parts[base+suffix] = part{owner, noun}
		}
	}
	for _, job := range jobs {
		if job.GenerateFunction != "" {
			add(job.GenerateFunction, "the generate function of "+job.LogicalID)
		}
		for _, step := range job.Steps {
			add(step.Function, "the step "+step.Name+" of "+job.LogicalID)
		}
	}
	return parts
}

// name says what a resource is: its part in a job, or its type.
func name(id string, resource *cfn.Node, parts map[string]part) string {
	if p, ok := parts[id]; ok {
		return fmt.Sprintf("the %s of %s (%s)", p.noun, p.owner, id)
	}
	return fmt.Sprintf("%s (%s)", id, kindOf(resource))
}
