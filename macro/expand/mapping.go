package expand

import (
	"github.com/awslabs/goformation/v7/cloudformation/lambda"

	"github.com/serverless-star/starjob/macro/cfn"
)

// owned are the properties of a mapping that StarJob overwrites: without them
// it would feed something else, or lose items.
var owned = [...]string{"EventSourceArn", "FunctionName", "FunctionResponseTypes"}

// reportFailures lets a function report the items of a batch that failed; all
// others then count as complete.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
const reportFailures = "ReportBatchItemFailures"

// mappingResource feeds a step's queue to its function. It is a resource of its
// own in all forms, so that every property works, whether SAM knows it or not.
func (p *plan) mappingResource(s *step) *cfn.Node {
	r, properties := typed(&lambda.EventSourceMapping{FunctionResponseTypes: []string{reportFailures}})
	properties.Set("EventSourceArn", s.queue.arn())
	properties.Set("FunctionName", p.target(s.function))
	user := s.EventSource.Clone()
	for _, name := range owned {
		user.Delete(name)
	}
	r.Set("Properties", cfn.Merge(properties, user))
	addTags(r.Get("Properties"), s.Tags)
	if s.function.role.kind == roleAttached {
		// Lambda refuses a mapping while the role lacks the rights to the queue,
		// and the function does not wait for the policy.
		depend(r, cfn.NewString(s.function.policyID()))
	}
	return r
}

// target is what a mapping invokes: the function, or the alias that SAM is to
// publish, as it is for events of SAM's own.
func (p *plan) target(f *function) *cfn.Node {
	if p.serverless && f.effective.Has("AutoPublishAlias") {
		return cfn.Ref(f.id() + ".Alias")
	}
	return cfn.Ref(f.id())
}
