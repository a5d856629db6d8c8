package diff

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

func compareResources(old, updated expand.Result) []Change {
	before, after := old.Template.Get("Resources"), updated.Template.Get("Resources")
	oldParts, newParts := partsOf(old.Jobs), partsOf(updated.Jobs)
	changes := onlyIn(before, after, oldParts, newParts, Removes)
	for _, id := range after.Keys() {
		if before.Has(id) {
			subject := describe(id, after.Get(id), newParts)
			changes = append(changes, compareResource(subject, before.Get(id), after.Get(id))...)
		}
	}
	return append(changes, onlyIn(after, before, newParts, oldParts, Adds)...)
}

// compareResource compares a resource that both templates have. It returns one
// change, or none.
func compareResource(subject string, old, updated *cfn.Node) []Change {
	details := changedValues("", old, updated)
	if len(details) == 0 {
		return nil
	}
	for i, detail := range details {
		details[i] = strings.TrimPrefix(detail, "Properties.")
	}
	c := Change{Action: Changes, Subject: subject, Details: details}
	if replaced(old, updated) {
		// AWS does not document which of the two templates' policies is applied.
		c.Action, c.Loss = Replaces, cmp.Or(lossOf(old, "UpdateReplacePolicy"), lossOf(updated, "UpdateReplacePolicy"))
	}
	return []Change{c}
}

// replaced reports whether an update replaces the resource. SAM turns its
// functions into Lambda functions with the same logical ID, which is no
// replacement.
func replaced(old, updated *cfn.Node) bool {
	deployedType := func(n *cfn.Node) string { return strings.Replace(n.ResourceType(), "::Serverless::", "::Lambda::", 1) }
	if deployedType(old) != deployedType(updated) {
		return true
	}
	return slices.ContainsFunc(createOnlyProperties(updated.ResourceType()), func(key string) bool {
		return !old.At("Properties", key).Equal(updated.At("Properties", key))
	})
}

// replacement lists the types of resources that StarJob writes, one per line,
// each followed by the properties that cannot change without replacing the
// resource: the createOnlyProperties of CloudFormation's registry. For SAM's
// functions they are those of the functions that SAM turns them into.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
//
//go:embed replacement.txt
var replacement string

func createOnlyProperties(resourceType string) []string {
	for line := range strings.Lines(replacement) {
		if words := strings.Fields(line); words[0] == resourceType {
			return words[1:]
		}
	}
	return nil
}

// onlyIn lists the resources that the other template lacks. A step that is entirely
// missing from the other template is one change, at its first resource.
func onlyIn(resources, others *cfn.Node, parts, otherParts map[string]part, action Action) []Change {
	var changes []Change
	indexOfOwner := map[string]int{}
	for _, id := range resources.Keys() {
		if others.Has(id) {
			continue
		}
		p := parts[id]
		whole := p.owner != "" && !hasOwner(otherParts, p.owner)
		i, listed := indexOfOwner[p.owner]
		if !whole || !listed {
			i = len(changes)
			c := Change{Action: action, Subject: describe(id, resources.Get(id), parts)}
			if whole {
				c.Subject = p.owner
				indexOfOwner[p.owner] = i
			}
			changes = append(changes, c)
		}
		if loss := lossOf(resources.Get(id), "DeletionPolicy"); action == Removes && loss != "" {
			changes[i].addLoss(loss, whole)
		}
	}
	return changes
}

// part is the role of a resource in a job: its owner, which is a step or the
// generate function, and its noun, such as "queue".
type part struct{ owner, noun string }

func hasOwner(parts map[string]part, owner string) bool {
	for _, p := range parts {
		if p.owner == owner {
			return true
		}
	}
	return false
}

// nouns name the parts of a step by the end of their logical IDs.
var nouns = map[string]string{
	"Queue": "queue", "DeadLetterQueue": "dead-letter queue", "Function": "function", "Role": "role",
	"Policy": "policy", "EventSource": "event source mapping", "Logs": "log group",
}

// partsOf returns the parts of jobs by their logical IDs.
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
			add(step.Function, "step "+step.Name+" of "+job.LogicalID)
		}
	}
	return parts
}

// describe names a resource by its part in a job, or by its type.
func describe(id string, resource *cfn.Node, parts map[string]part) string {
	if p, ok := parts[id]; ok {
		return fmt.Sprintf("the %s of %s (%s)", p.noun, p.owner, id)
	}
	return fmt.Sprintf("%s (%s)", id, resource.ResourceType())
}
