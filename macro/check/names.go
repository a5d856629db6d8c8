package check

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
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

// physicalName is the name that a resource will have.
type physicalName struct {
	path   cfn.Path // where the user sets it; nil if it follows from the job's Name
	kind   string
	text   string
	maxLen int
	form   *regexp.Regexp
}

// checkNames reports names that are too long or have an invalid character. Of the
// names that follow from the job's Name, it reports only the longest.
func checkNames(c *checker, j *plan.Job) {
	longestNames := map[string]physicalName{}
	for _, n := range physicalNames(c, j) {
		switch {
		case n.path == nil:
			if len(n.text) > max(n.maxLen, len(longestNames[n.kind].text)) {
				longestNames[n.kind] = n
			}
		case len(n.text) > n.maxLen:
			c.Error(diag.PhysicalName, n.path, n.problem(), "shorten it")
		case !n.form.MatchString(n.text):
			c.Error(diag.PhysicalName, n.path, fmt.Sprintf("the %s name %q has an invalid character (allowed: letters, digits, - and _)", n.kind, n.text), "use only letters, digits, - and _")
		}
	}
	for _, kind := range []string{"queue", "function"} {
		if n, ok := longestNames[kind]; ok {
			c.Error(diag.PhysicalName, j.Model.Path.Key("Properties", "Name"), n.problem(), fmt.Sprintf("shorten Name or the names of steps by %d characters", len(n.text)-n.maxLen))
		}
	}
}

func (n physicalName) problem() string {
	return fmt.Sprintf("the %s name %q has %d characters (allowed: %d)", n.kind, n.text, len(n.text), n.maxLen)
}

// physicalNames are the names that are known before deployment.
func physicalNames(c *checker, j *plan.Job) []physicalName {
	var names []physicalName
	add := func(path cfn.Path, kind string, n *cfn.Node, maxLen int, form *regexp.Regexp) {
		if text, known := c.values.Text(n); known {
			names = append(names, physicalName{path, kind, text, maxLen, form})
		}
	}
	for _, s := range j.Steps {
		add(c.given(j, s.Model.Path, "Queue", "QueueName"), "queue", s.Queue.Properties.Get("QueueName"), maxQueueName, queueName)
		if s.DeadLetters.Made {
			add(c.given(j, s.Model.Path, "DeadLetterQueue", "QueueName"), "queue", s.DeadLetters.Queue.Properties.Get("QueueName"), maxQueueName, queueName)
		}
		add(c.given(j, s.Model.Path, "Function", "FunctionName"), "function", s.Function.Properties.Get("FunctionName"), maxFunctionName, functionName)
	}
	if j.Generate != nil {
		add(c.given(j, j.Generate.Path, "Function", "FunctionName"), "function", j.Generate.Properties.Get("FunctionName"), maxFunctionName, functionName)
	}
	return names
}

// logicalIDs reports the first logical ID of each job that CloudFormation would
// refuse.
func logicalIDs(c *checker, placed []Resource) {
	reported := map[string]bool{}
	for _, r := range placed {
		if r.Origin == nil || reported[r.Origin[1]] {
			continue
		}
		switch job := r.Origin[1]; {
		case !logicalID.MatchString(r.Key):
			reported[job] = true
			c.Error(diag.LogicalID, r.Origin[:2], fmt.Sprintf("%q has an invalid character (allowed: letters and digits)", job), "use only letters and digits")
		default:
			id, maxLen := longestID(r)
			if len(id) <= maxLen {
				continue
			}
			reported[job] = true
			c.Error(diag.LogicalID, r.Origin, fmt.Sprintf("%s has %d characters (allowed: %d)", id, len(id), maxLen), "shorten the logical ID of the job or the name of the step")
		}
	}
}

// longestID returns the longer logical ID of a resource and of the role that SAM adds to
// it, and the maximum length. The ID of a policy is also its name.
func longestID(r Resource) (id string, maxLen int) {
	if r.Value.ResourceType() == cfn.TypePolicy {
		return r.Key, maxPolicyName
	}
	return cmp.Or(samRole(r), r.Key), maxLogicalID
}
