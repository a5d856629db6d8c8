package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// connectors reports the connectors of a resource, or the connector that it is,
// that name a job or a prototype: SAM looks for one resource of that name.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html
func (r *rewriter) connectors(p cfn.Path, resource *cfn.Node) {
	if kind, _ := resource.Get("Type").AsString(); kind == "AWS::Serverless::Connector" {
		r.connector(p, resource)
	}
	if attribute := resource.Get("Connectors"); attribute != nil {
		for _, e := range attribute.Entries {
			r.connector(p.Key("Connectors", e.Key), e.Value)
		}
	}
}

func (r *rewriter) connector(p cfn.Path, connector *cfn.Node) {
	for _, end := range []string{"Source", "Destination"} {
		n, at := connector.At("Properties", end), p.Key("Properties", end)
		r.connected(at, n)
		if n != nil {
			for i, item := range n.Items {
				r.connected(at.Index(i), item)
			}
		}
	}
}

// connected checks the resource at one end of a connector.
func (r *rewriter) connected(p cfn.Path, end *cfn.Node) {
	id, _ := end.Get("Id").AsString()
	user := r.prototypes[id]
	if t := r.jobs[id]; t != nil {
		user = t.plan
	}
	if user == nil {
		return
	}
	fix := "write the logical ID of what is meant"
	if len(user.steps) > 0 {
		fix += ", such as " + user.steps[0].function.id() + " or " + user.steps[0].queue.id
	}
	r.report(diag.UnknownReference, p.Key("Id"), "a connector wants one resource, and "+id+" becomes several", fix+"; Connectors of the prototype go to every function of the job")
}
