package check

import "github.com/serverless-star/starjob/macro/cfn"

// Resource is a resource of the result.
type Resource struct {
	cfn.Entry // its logical ID and the resource
	// Origin is the part of a job that it comes from: a step, or Generate. It is
	// nil for a resource of the user's own.
	Origin cfn.Path
}

// owner says where a resource comes from.
func owner(r Resource) string {
	if r.Origin == nil {
		return "the resource " + r.Key
	}
	return r.Origin.String()
}

// samRole is the logical ID of the role that SAM makes for a function.
func samRole(r Resource) string {
	if r.Value.ResourceType() != cfn.TypeServerlessFunction || r.Value.Get("Properties").Has("Role") {
		return ""
	}
	return r.Key + "Role"
}
