package check

import (
	"fmt"
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// Limits of a deployed template.
const (
	maxResources     = 500       // of a template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
	maxTemplateBytes = 1_000_000 // the same page says 1 MB
)

// limits reports everything that is too large in the result.
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
		c.Error(diag.TooManyResources, path, fmt.Sprintf("the expanded template has %d resources (allowed: %d)", count, maxResources), "move jobs or other resources to another stack; a step expands to about six resources")
	}
	if size := cfn.JSONSize(result); size > maxTemplateBytes {
		c.Error(diag.TemplateSize, path, fmt.Sprintf("the expanded template has %d bytes (allowed: %d)", size, maxTemplateBytes), narrowGenerates+", or move jobs to another stack")
	}
	for _, j := range c.plan.Jobs {
		environmentSizes(c, j, result)
	}
	policySizes(c, placed)
}

// maxPolicyChars is the maximum size of all inline policies of a role together,
// without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPolicyChars = 10_240

// policySizes reports roles with inline policies that are, or may be, larger than
// IAM accepts: the first of each job, and the number of the others.
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
			c.Error(diag.PolicySize, sizes.origins[t.role], fmt.Sprintf("the inline policies of the role %s may reach %d characters (allowed: %d)", and(t.role, t.count-1), sizes.chars[t.role], maxPolicyChars), narrow(j, sizes.origins[t.role]))
		}
	}
}

// narrow is the fix for policies that are too large: of the role of a step, or of
// the generate function, which may send to all queues.
func narrow(j *plan.Job, origin cfn.Path) string {
	if j.Generate != nil && slices.Equal(origin, j.Generate.Path) {
		return "give the job a short Name, or split it in two"
	}
	return narrowGenerates + ", or give the job a short Name"
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
