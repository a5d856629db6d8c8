package expand

import (
	"fmt"
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// maxPolicyChars bounds a role's inline policies together, without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPolicyChars = 10_240

// policySizes reports the roles whose inline policies are, or may be, larger than
// IAM takes: of each job the first, and how many more.
func (e *expansion) policySizes(placed []resource) {
	type tooLarge struct {
		role  string
		count int
	}
	perJob := map[string]*tooLarge{}
	sizes := e.inlinePolicies(placed)
	for _, role := range sizes.roles {
		origin := sizes.origins[role]
		if origin == nil || sizes.chars[role] <= maxPolicyChars {
			continue
		}
		if perJob[origin[1]] == nil {
			perJob[origin[1]] = &tooLarge{role: role}
		}
		perJob[origin[1]].count++
	}
	for _, p := range e.plans {
		if t := perJob[p.LogicalID]; t != nil {
			e.report(diag.PolicySize, sizes.origins[t.role], fmt.Sprintf("the inline policies of the role %s can have up to %d characters, and IAM takes %d", and(t.role, t.count-1), sizes.chars[t.role], maxPolicyChars), p.narrow(sizes.origins[t.role]))
		}
	}
}

// narrow is what to do about the policies of the role of a step, or of the
// generate function, which may send to all queues.
func (p *plan) narrow(origin cfn.Path) string {
	if p.Generate != nil && slices.Equal(origin, p.Generate.Path) {
		return "give the job a short Name, or make two jobs of it"
	}
	return "list in Generates what each step really generates, or give the job a short Name"
}

// policies are the inline policies of roles, by logical ID.
type policies struct {
	roles   []string // in order
	chars   map[string]int
	origins map[string]cfn.Path // of those that StarJob adds something to
}

func (e *expansion) inlinePolicies(placed []resource) *policies {
	all := &policies{chars: map[string]int{}, origins: map[string]cfn.Path{}}
	for _, r := range placed {
		properties := r.Value.Get("Properties")
		switch kind, _ := r.Value.Get("Type").AsString(); kind {
		case roleType:
			for _, policy := range listed(properties.Get("Policies")) {
				all.add(r.Key, e.jsonSize(policy.Get("PolicyDocument")), r)
			}
		case policyType:
			for _, role := range listed(properties.Get("Roles")) {
				id, _ := role.AsRef()
				all.add(id, e.jsonSize(properties.Get("PolicyDocument")), r)
			}
		case serverlessType:
			for _, policy := range listed(properties.Get("Policies")) {
				if policy.Has("Statement") {
					all.add(samRole(r), e.jsonSize(policy), r)
				}
			}
		}
	}
	return all
}

func (p *policies) add(role string, chars int, r resource) {
	if role == "" {
		return
	}
	if _, known := p.chars[role]; !known {
		p.roles = append(p.roles, role)
	}
	p.chars[role] += chars
	if r.origin != nil && p.origins[role] == nil {
		p.origins[role] = r.origin
	}
}
