package expand

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Limits of what is deployed.
const (
	maxResources     = 500       // of a template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
	maxTemplateBytes = 1_000_000 // the same page says 1 MB
	maxPolicyChars   = 10_240    // of a role's inline policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
)

// limits reports what is too large in the result.
func (e *expansion) limits(placed []resource) {
	count := 0
	for _, r := range placed {
		count++
		if samRole(r) != "" {
			count++
		}
	}
	path := cfn.Path{"Resources"}
	if count > maxResources {
		e.report(diag.TooManyResources, path, fmt.Sprintf("the result has %d resources, and a stack has at most %d", count, maxResources), "a step comes to about six: move jobs or other resources to a stack of their own")
	}
	if size := len(cfn.EncodeJSON(e.template)); size > maxTemplateBytes {
		e.report(diag.TemplateSize, path, fmt.Sprintf("the result has %d bytes, and a template has at most %d", size, maxTemplateBytes), "narrow what steps generate with Generates, or move jobs to a stack of their own")
	}
	for _, p := range e.plans {
		for _, s := range p.steps {
			p.environmentSize(s.function)
		}
		if p.generate != nil {
			p.environmentSize(p.generate)
		}
	}
	e.policySizes(placed)
}

// environmentSize reports a function whose environment is, or with a long stack
// name may be, larger than Lambda takes.
func (p *plan) environmentSize(f *function) {
	variables := p.template.At("Resources", f.id(), "Properties", "Environment", "Variables")
	if p.serverless {
		variables = cfn.Merge(p.template.At("Globals", "Function", "Environment", "Variables"), variables)
	}
	size, queues := 0, 0
	for _, entry := range variables.Entries {
		n := p.longest(entry.Value)
		if entry.Key == wire.EnvName && n == 0 {
			n = maxFunctionName
		}
		if entry.Key == wire.EnvQueues {
			queues = n
		}
		size += len(entry.Key) + n
	}
	if size <= wire.MaxEnvironmentBytes {
		return
	}
	fix := "shorten the values of your own variables"
	switch {
	case queues > size/2 && p.Name == nil:
		fix = "give the job a Name, from which queues are found without their URLs, or list in Generates what the step really generates"
	case queues > size/2 && f.step != nil:
		fix = "list in Generates what the step really generates"
	}
	p.report(diag.EnvironmentSize, f.path, fmt.Sprintf("the environment of the function %s can be up to %d bytes, of which the queues that it generates for take %d; Lambda takes %d", f.id(), size, queues, wire.MaxEnvironmentBytes), fix)
}

// policySizes reports roles whose inline policies are, or may be, larger than IAM
// takes.
func (e *expansion) policySizes(placed []resource) {
	sizes, origins := map[string]int{}, map[string]cfn.Path{}
	var roles []string
	add := func(role string, policy *cfn.Node, r resource) {
		if sizes[role] == 0 {
			roles = append(roles, role)
		}
		sizes[role] += e.jsonSize(policy)
		if r.origin != nil {
			origins[role] = r.origin
		}
	}
	for _, r := range placed {
		properties := r.Value.Get("Properties")
		switch kind, _ := r.Value.Get("Type").AsString(); kind {
		case roleType:
			for _, policy := range listed(properties.Get("Policies")) {
				add(r.Key, policy.Get("PolicyDocument"), r)
			}
		case policyType:
			for _, role := range listed(properties.Get("Roles")) {
				id, _ := role.AsRef()
				add(id, properties.Get("PolicyDocument"), r)
			}
		case serverlessType:
			for _, policy := range listed(properties.Get("Policies")) {
				if policy.Has("Statement") {
					add(samRole(r), policy, r)
				}
			}
		}
	}
	for _, role := range roles {
		if origins[role] != nil && role != "" && sizes[role] > maxPolicyChars {
			e.report(diag.PolicySize, origins[role], fmt.Sprintf("the policies in the role %s can be up to %d characters, and IAM takes %d", role, sizes[role], maxPolicyChars), "list in Generates what the step really generates, or give the job a shorter Name")
		}
	}
}
