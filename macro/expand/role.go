package expand

import (
	"encoding/json"

	"github.com/awslabs/goformation/v7/cloudformation/iam"

	"github.com/serverless-star/starjob/macro/cfn"
)

// roleKind is whose role a function has, and so where its rights go.
type roleKind uint8

const (
	// roleMade: a role of StarJob's.
	roleMade roleKind = iota
	// roleOfSAM: the role that SAM makes from the function's Policies.
	roleOfSAM
	// roleAttached: a role of the template's, to which a policy is attached.
	roleAttached
	// roleForeign: a role from elsewhere, used as it is.
	roleForeign
)

// role is a function's role.
type role struct {
	kind roleKind
	id   string    // its logical ID; empty for a foreign one, and for a choice of several
	arn  *cfn.Node // what the user gives; nil where nothing is given
	name *cfn.Node // of the one to which a policy is attached
}

// policyID is the logical ID of the policy that is attached to a role of the
// template's.
func (f *function) policyID() string { return f.base + "Policy" }

func (p *plan) planRole(f *function) role {
	given := f.effective.Get("Role")
	name := p.roleName(given)
	id, _ := name.AsRef()
	switch call, _, _ := given.Intrinsic(); {
	case given.IsNothing():
		if p.serverless {
			return role{kind: roleOfSAM, id: f.id() + "Role"}
		}
		return role{kind: roleMade, id: f.base + "Role"}
	case name != nil:
		return role{kind: roleAttached, id: id, arn: given, name: name}
	case p.serverless && call == "Fn::If":
		// SAM makes a role where the function has none, under a condition.
		return role{kind: roleOfSAM, arn: given}
	}
	return role{kind: roleForeign, arn: given}
}

// roleName is the name of the role whose ARN is given, if it is one of the
// template's, or a choice of such by Fn::If; otherwise nil.
func (p *plan) roleName(arn *cfn.Node) *cfn.Node {
	if id, attribute := referent(arn); attribute == "Arn" && p.kind(id) == roleType {
		return cfn.Ref(id)
	}
	name := arn.Clone()
	branches := name.Choices()
	for i, branch := range branches {
		if branches[i] = p.roleName(branch); branches[i] == nil {
			return nil
		}
	}
	if branches == nil {
		return nil
	}
	return name
}

// setRole gives a function its role and, where SAM is to make it, the policies
// for it.
func (p *plan) setRole(f *function, properties *cfn.Node) {
	switch f.role.kind {
	case roleMade:
		properties.Set("Role", cfn.GetAtt(f.role.id, "Arn"))
	case roleOfSAM:
		policies := cfn.NewList()
		for _, policy := range p.policies(properties) {
			if !policy.IsNothing() {
				policies.Items = append(policies.Items, policy.Clone())
			}
		}
		if document := p.policy(f); document != nil {
			policies.Items = append(policies.Items, document)
			properties.Set("Policies", policies)
		}
	}
	if !p.serverless {
		for _, name := range roleProperties {
			properties.Delete(name.function)
		}
	}
}

// roleProperties are what SAM accepts in a function for the function's role, and
// their names in the role. StarJob accepts the same where it makes the role.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
var roleProperties = [...]struct{ function, role string }{
	{"Policies", ""}, // which become two properties
	{"AssumeRolePolicyDocument", "AssumeRolePolicyDocument"},
	{"PermissionsBoundary", "PermissionsBoundary"},
	{"RolePath", "Path"},
}

// policyName is that of StarJob's policy in a role of StarJob's.
const policyName = "StarJob"

// trust lets Lambda take on a role.
const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// roleResource is a function's role. What the function needs is in the role
// itself, so that it is there before the mapping that is refused without it.
func (p *plan) roleResource(f *function) *cfn.Node {
	r, properties := typed(&iam.Role{AssumeRolePolicyDocument: json.RawMessage(trust)})
	managed, documents := p.userPolicies(f)
	if len(managed.Items) > 0 {
		properties.Set("ManagedPolicyArns", managed)
	}
	if document := p.policy(f); document != nil {
		documents.Items = append(documents.Items, inline(policyName, document))
	}
	if len(documents.Items) > 0 {
		properties.Set("Policies", documents)
	}
	for _, name := range roleProperties {
		if n := f.properties.Get(name.function); n != nil && name.role != "" {
			properties.Set(name.role, n.Clone())
		}
	}
	addTags(properties, f.tags)
	return r
}

func inline(name string, document *cfn.Node) *cfn.Node {
	return cfn.NewMap(cfn.E("PolicyName", cfn.NewString(name)), cfn.E("PolicyDocument", document))
}

// policyResource attaches what a function needs to a role of the template's.
func (p *plan) policyResource(f *function) *cfn.Node {
	r, properties := typed(&iam.Policy{PolicyName: f.policyID()})
	properties.Set("PolicyDocument", p.policy(f))
	properties.Set("Roles", cfn.NewList(f.role.name.Clone()))
	return r
}
