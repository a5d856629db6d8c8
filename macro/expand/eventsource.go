package expand

import (
	"github.com/awslabs/goformation/v7/cloudformation/lambda"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// eventSourceResource connects a step's queue to its function. It is always a separate
// resource, so that every property works, even one that SAM does not know.
func eventSourceResource(s *plan.Step) *cfn.Node {
	r, properties := typed(&lambda.EventSourceMapping{FunctionResponseTypes: []string{plan.ReportFailures}})
	properties.Set("EventSourceArn", s.Queue.ARN())
	properties.Set("FunctionName", eventTarget(s.Function))
	user := s.Model.EventSource.Clone()
	for _, name := range plan.OwnedEventSourceProperties {
		user.Delete(name)
	}
	r.Set("Properties", cfn.Merge(properties, user))
	addTags(r.Get("Properties"), s.Model.Tags)
	if s.Function.Role.Kind == plan.RoleAttached {
		// Lambda refuses the event source mapping while the role lacks the permissions
		// for the queue, and the function does not wait for the policy.
		depend(r, cfn.NewString(s.Function.PolicyID))
	}
	return r
}

// eventTarget returns what an event source mapping invokes: the function, or the alias
// that SAM publishes, as for SAM's own events.
func eventTarget(f *plan.Function) *cfn.Node {
	if f.Job.Serverless && f.Effective.Has("AutoPublishAlias") {
		return cfn.Ref(f.LogicalID + ".Alias")
	}
	return cfn.Ref(f.LogicalID)
}
