package check

import "github.com/serverless-star/starjob/macro/cfn"

// Resource is a resource of the expanded template.
type Resource struct {
	cfn.Entry // its logical ID and the resource
	// Origin is the path of the step, or of Generate, that it was created from. It
	// is nil for a resource of the user's.
	Origin cfn.Path
}

// owner names a resource in a message: the user's by its logical ID, a generated
// one by the path of its step or of Generate.
func owner(r Resource) string {
	if r.Origin == nil {
		return "the resource " + r.Key
	}
	return r.Origin.String()
}

// samRole returns the logical ID of the role that SAM creates for a function; empty
// if it creates none.
func samRole(r Resource) string {
	if r.Value.ResourceType() != cfn.TypeServerlessFunction || r.Value.Get("Properties").Has("Role") {
		return ""
	}
	return r.Key + "Role"
}
