package check

import (
	"fmt"
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// Limits of what is deployed.
const (
	maxResources     = 500       // of a template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
	maxTemplateBytes = 1_000_000 // the same page says 1 MB
)

// limits reports what is too large in the result.
func limits(c *checker, result *cfn.Node, placed []Resource) {
	count := 0
	for _, r := range placed {
		count++
		if samRole(r) != "" {
			count++
		}
	}
	path := cfn.Path{"Resources"}
	if count > maxResources {
		c.Error(diag.TooManyResources, path, fmt.Sprintf("the result has %d resources, and a stack has at most %d", count, maxResources), "a step comes to about six: move jobs or other resources to a stack of their own")
	}
	if size := cfn.JSONSize(result); size > maxTemplateBytes {
		c.Error(diag.TemplateSize, path, fmt.Sprintf("the result has %d bytes, and a template has at most %d", size, maxTemplateBytes), "narrow what steps generate with Generates, or move jobs to a stack of their own")
	}
	for _, j := range c.plan.Jobs {
		environmentSizes(c, j, result)
	}
	policySizes(c, placed)
}

// maxPolicyChars bounds a role's inline policies together, without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPolicyChars = 10_240

// policySizes reports the roles whose inline policies are, or may be, larger than
// IAM accepts: of each job the first, and how many more.
func policySizes(c *checker, placed []Resource) {
	type tooLarge struct {
		role  string
		count int
	}
	perJob := map[string]*tooLarge{}
	sizes := inlinePolicies(c, placed)
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
	for _, j := range c.plan.Jobs {
		if t := perJob[j.Model.LogicalID]; t != nil {
			c.Error(diag.PolicySize, sizes.origins[t.role], fmt.Sprintf("the inline policies of the role %s can have up to %d characters, and IAM takes %d", and(t.role, t.count-1), sizes.chars[t.role], maxPolicyChars), narrow(j, sizes.origins[t.role]))
		}
	}
}

// narrow is what to do about the policies of the role of a step, or of the
// generate function, which may send to all queues.
func narrow(j *plan.Job, origin cfn.Path) string {
	if j.Generate != nil && slices.Equal(origin, j.Generate.Path) {
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

func inlinePolicies(c *checker, placed []Resource) *policies {
	all := &policies{chars: map[string]int{}, origins: map[string]cfn.Path{}}
	for _, r := range placed {
		properties := r.Value.Get("Properties")
		switch r.Value.ResourceType() {
		case cfn.TypeRole:
			for _, policy := range properties.Get("Policies").Listed() {
				all.add(r.Key, jsonSize(c, policy.Get("PolicyDocument")), r)
			}
		case cfn.TypePolicy:
			for _, role := range properties.Get("Roles").Listed() {
				id, _ := role.AsRef()
				all.add(id, jsonSize(c, properties.Get("PolicyDocument")), r)
			}
		case cfn.TypeServerlessFunction:
			for _, policy := range properties.Get("Policies").Listed() {
				if policy.Has("Statement") {
					all.add(samRole(r), jsonSize(c, policy), r)
				}
			}
		}
	}
	return all
}

func (p *policies) add(role string, chars int, r Resource) {
	if role == "" {
		return
	}
	if _, known := p.chars[role]; !known {
		p.roles = append(p.roles, role)
	}
	p.chars[role] += chars
	if r.Origin != nil && p.origins[role] == nil {
		p.origins[role] = r.Origin
	}
}
