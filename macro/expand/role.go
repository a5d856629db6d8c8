package expand

import (
	"encoding/json"

	"github.com/awslabs/goformation/v7/cloudformation/iam"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// setRole sets a function's role or, if SAM creates the role, its policies.
func setRole(p *plan.Plan, f *plan.Function, properties *cfn.Node) {
	switch f.Role.Kind {
	case plan.RoleMade:
		properties.Set("Role", cfn.GetAtt(f.Role.LogicalID, "Arn"))
	case plan.RoleOfSAM:
		policies := cfn.NewList()
		for _, policy := range p.Policies(properties) {
			if !policy.IsNothing() {
				policies.Items = append(policies.Items, policy.Clone())
			}
		}
		if document := policy(p, f); document != nil {
			policies.Items = append(policies.Items, document)
			properties.Set("Policies", policies)
		}
	}
	if !f.Job.Serverless {
		for _, name := range plan.RoleProperties {
			properties.Delete(name.Function)
		}
	}
}

// trust allows Lambda to assume a role.
const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// roleResource returns a function's role. The role contains the permissions itself, so
// that they exist before the event source mapping, which Lambda refuses without
// them.
func roleResource(p *plan.Plan, f *plan.Function) *cfn.Node {
	r, properties := typed(&iam.Role{AssumeRolePolicyDocument: json.RawMessage(trust)})
	managed, documents := userPolicies(p, f)
	if len(managed.Items) > 0 {
		properties.Set("ManagedPolicyArns", managed)
	}
	if document := policy(p, f); document != nil {
		documents.Items = append(documents.Items, inline(plan.PolicyName, document))
	}
	if len(documents.Items) > 0 {
		properties.Set("Policies", documents)
	}
	for _, name := range plan.RoleProperties {
		if n := f.Properties.Get(name.Function); n != nil && name.Role != "" {
			properties.Set(name.Role, n.Clone())
		}
	}
	addTags(properties, f.Tags)
	return r
}

// policyResource attaches the permissions of a function to a role of the template.
func policyResource(p *plan.Plan, f *plan.Function) *cfn.Node {
	r, properties := typed(&iam.Policy{PolicyName: f.PolicyID})
	properties.Set("PolicyDocument", policy(p, f))
	properties.Set("Roles", cfn.NewList(f.Role.Name.Clone()))
	return r
}
