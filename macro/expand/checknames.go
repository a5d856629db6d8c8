package expand

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Bounds of names, in characters.
const (
	maxQueueName    = 80  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
	maxFunctionName = 64  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	maxPolicyName   = 128 // https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
	maxLogicalID    = 255 // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
)

var (
	queueName    = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.fifo)?$`)
	functionName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	logicalID    = regexp.MustCompile(`^[A-Za-z0-9]+$`)
)

// physicalName is a name that a resource is to have.
type physicalName struct {
	path cfn.Path // of the user's; nil where it follows from the job's Name
	kind string
	text string
	most int
	form *regexp.Regexp
}

// checkNames reports names that are too long or have a wrong character. Of those
// that follow from the job's Name, the longest stands for all.
func (p *plan) checkNames() {
	longest := map[string]physicalName{}
	for _, n := range p.physicalNames() {
		switch {
		case n.path == nil:
			if len(n.text) > max(n.most, len(longest[n.kind].text)) {
				longest[n.kind] = n
			}
		case len(n.text) > n.most:
			p.report(diag.PhysicalName, n.path, n.problem(), "shorten it")
		case !n.form.MatchString(n.text):
			p.report(diag.PhysicalName, n.path, fmt.Sprintf("the name %q of a %s has a character that it may not have", n.text, n.kind), "use letters, digits, - and _ alone")
		}
	}
	for _, kind := range []string{"queue", "function"} {
		if n, ok := longest[kind]; ok {
			p.report(diag.PhysicalName, p.Path.Key("Properties", "Name"), n.problem(), fmt.Sprintf("shorten Name, or the names of the steps, by %d", len(n.text)-n.most))
		}
	}
}

func (n physicalName) problem() string {
	return fmt.Sprintf("the name %q of a %s has %d characters, and at most %d are allowed", n.text, n.kind, len(n.text), n.most)
}

// physicalNames are the names that can be known.
func (p *plan) physicalNames() []physicalName {
	var names []physicalName
	add := func(path cfn.Path, kind string, n *cfn.Node, most int, form *regexp.Regexp) {
		if text, known := p.text(n); known {
			names = append(names, physicalName{path, kind, text, most, form})
		}
	}
	for _, s := range p.steps {
		add(p.given(s.Path, "Queue", "QueueName"), "queue", s.queue.properties.Get("QueueName"), maxQueueName, queueName)
		if s.dead.made {
			add(p.given(s.Path, "DeadLetterQueue", "QueueName"), "queue", s.dead.queue.properties.Get("QueueName"), maxQueueName, queueName)
		}
		add(p.given(s.Path, "Function", "FunctionName"), "function", s.function.properties.Get("FunctionName"), maxFunctionName, functionName)
	}
	if p.generate != nil {
		add(p.given(p.Generate.Path, "Function", "FunctionName"), "function", p.generate.properties.Get("FunctionName"), maxFunctionName, functionName)
	}
	return names
}

// given is where the user gives a value; nil where nobody does.
func (p *plan) given(step cfn.Path, keys ...string) cfn.Path {
	if path := p.at(step, keys...); len(path) > 0 && path[len(path)-1] == keys[len(keys)-1] {
		return path
	}
	return nil
}

// logicalIDs reports logical IDs that CloudFormation would refuse, the first of
// each job.
func (e *expansion) logicalIDs(placed []resource) {
	reported := map[string]bool{}
	for _, r := range placed {
		if r.origin == nil || reported[r.origin[1]] {
			continue
		}
		switch job := r.origin[1]; {
		case !logicalID.MatchString(r.Key):
			reported[job] = true
			e.report(diag.LogicalID, r.origin[:2], fmt.Sprintf("the logical ID %q has a character that it may not have", job), "use letters and digits alone")
		default:
			id, most := longestID(r)
			if len(id) <= most {
				continue
			}
			reported[job] = true
			e.report(diag.LogicalID, r.origin, fmt.Sprintf("the logical ID %s has %d characters, and at most %d are allowed", id, len(id), most), "shorten the logical ID of the job, or the step's name")
		}
	}
}

// longestID is the longest logical ID that comes out of a resource, and how long
// it may be: that of a policy is its name too.
func longestID(r resource) (id string, most int) {
	if kind, _ := r.Value.Get("Type").AsString(); kind == policyType {
		return r.Key, maxPolicyName
	}
	return cmp.Or(samRole(r), r.Key), maxLogicalID
}
