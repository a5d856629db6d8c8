package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// PolicyName is the name of StarJob's policy in a role that StarJob creates.
const PolicyName = "StarJob"

// RoleProperties are the properties of a function that configure its role in SAM,
// with their names in the role. StarJob supports them if it creates the role.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
var RoleProperties = [...]struct{ Function, Role string }{
	{"Policies", ""}, // becomes two properties
	{"AssumeRolePolicyDocument", "AssumeRolePolicyDocument"},
	{"PermissionsBoundary", "PermissionsBoundary"},
	{"RolePath", "Path"},
}

// roleOf decides the role of a function from its Role property.
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
		// SAM creates a role for the branch that has none, under a condition.
		return Role{Kind: RoleOfSAM, ARN: given}
	}
	return Role{Kind: RoleForeign, ARN: given}
}

// RoleName returns the name of the role with an ARN, if it is a role of the template,
// or an Fn::If with such roles in both branches; otherwise nil.
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

// reference returns the role's ARN; nil if no single expression has that value.
func (r Role) reference() *cfn.Node {
	switch {
	case r.LogicalID != "":
		return cfn.GetAtt(r.LogicalID, "Arn")
	case r.Kind == RoleForeign || r.Kind == RoleAttached:
		return r.ARN
	}
	return nil
}

// prototypeRole returns the logical ID of the role that SAM seems to have created for
// a job's prototype; empty if there is none.
func prototypeRole(src Source, j *job.Job) string {
	id, _ := j.PrototypeResource.At("Properties", "Role").Referent()
	if id != j.Prototype+"Role" || src.TypeOf(id) != cfn.TypeRole {
		return ""
	}
	return id
}
