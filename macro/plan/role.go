package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// PolicyName is the name of StarJob's policy in a role of StarJob's.
const PolicyName = "StarJob"

// RoleProperties are what SAM accepts in a function for the function's role, and
// their names in the role. StarJob accepts the same where it makes the role.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
var RoleProperties = [...]struct{ Function, Role string }{
	{"Policies", ""}, // which become two properties
	{"AssumeRolePolicyDocument", "AssumeRolePolicyDocument"},
	{"PermissionsBoundary", "PermissionsBoundary"},
	{"RolePath", "Path"},
}

// roleOf decides the role of a function by the Role that it is given.
func roleOf(src Source, id ids, serverless bool, given *cfn.Node) Role {
	name := RoleName(src, given)
	logicalID, _ := name.AsRef()
	switch call, _, _ := given.Intrinsic(); {
	case given.IsNothing():
		if serverless {
			return Role{Kind: RoleOfSAM, LogicalID: id.serverlessRole()}
		}
		return Role{Kind: RoleMade, LogicalID: id.role()}
	case name != nil:
		return Role{Kind: RoleAttached, LogicalID: logicalID, ARN: given, Name: name}
	case serverless && call == "Fn::If":
		// SAM makes a role where the function has none, under a condition.
		return Role{Kind: RoleOfSAM, ARN: given}
	}
	return Role{Kind: RoleForeign, ARN: given}
}

// RoleName returns the name of the role whose ARN is given, if it is one of the
// template's, or a choice of such by Fn::If; otherwise nil.
func RoleName(src Source, arn *cfn.Node) *cfn.Node {
	if id, attribute := arn.Referent(); attribute == "Arn" && src.TypeOf(id) == cfn.TypeRole {
		return cfn.Ref(id)
	}
	name := arn.Clone()
	branches := name.Choices()
	for i, branch := range branches {
		if branches[i] = RoleName(src, branch); branches[i] == nil {
			return nil
		}
	}
	if branches == nil {
		return nil
	}
	return name
}

// reference is the role's ARN; nil if no single expression gives it.
func (r Role) reference() *cfn.Node {
	switch {
	case r.LogicalID != "":
		return cfn.GetAtt(r.LogicalID, "Arn")
	case r.Kind == RoleForeign || r.Kind == RoleAttached:
		return r.ARN
	}
	return nil
}

// prototypeRole is the role that SAM seems to have made for a job's prototype;
// empty if it made none.
func prototypeRole(src Source, j *job.Job) string {
	id, _ := j.PrototypeResource.At("Properties", "Role").Referent()
	if id != j.Prototype+"Role" || src.TypeOf(id) != cfn.TypeRole {
		return ""
	}
	return id
}
