package check

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

func checkFunction(c *checker, f *plan.Function) {
	checkMaps(c, f)
	if path := f.Path.Key("Function", "Handler"); c.plan.Template.Find(path) != nil {
		what := "the name that the step's handler is registered with"
		if f.Language.Dispatched() {
			what = "file.function"
		}
		c.Warn(diag.Overwritten, path, "Handler of a function is StarJob's own, and this value is overwritten", "remove it; "+what+" goes into Handler of the step, beside Function")
	}
	checkTimeout(c, f)
	checkVariables(c, f)
	checkRuntime(c, f)
	checkHandler(c, f)
	checkInlineCode(c, f)
	checkLayers(c, f)
	checkRole(c, f)
	if f.Job.Serverless {
		checkTagKeys(c, f)
		return
	}
	checkPolicies(c, f)
	checkServerlessProperties(c, f)
}

// checkRole reports a choice of roles that leaves a function without permissions:
// with no role at all, which only SAM would make up for, or with a role of the
// template's to which nothing is attached, since the other one is not.
func checkRole(c *checker, f *plan.Function) {
	path := c.ofFunction(f, "Role")
	switch call, _, _ := f.Role.ARN.Intrinsic(); {
	case call != "Fn::If" || f.Role.Name != nil:
	case !f.Job.Serverless && f.Role.ARN.MayBeNothing():
		c.Error(diag.Required, path, "Role is AWS::NoValue under a condition, and a function needs a role", "name a role for both cases; or let the prototype be an "+cfn.TypeServerlessFunction+", for which SAM makes one")
	case choosesOwn(c.plan, f.Role.ARN):
		c.Error(diag.NotLiteral, path, "Role is a role of this template under a condition and something else otherwise, and StarJob cannot attach what the function needs under a condition", "let Fn::If choose between two roles of this template, or name one")
	}
}

// choosesOwn reports whether a branch of an Fn::If is a role of the template's.
func choosesOwn(p *plan.Plan, n *cfn.Node) bool {
	call, argument, _ := n.Intrinsic()
	return plan.RoleName(p.Source, n) != nil || call == "Fn::If" && slices.ContainsFunc(argument.Listed(), func(n *cfn.Node) bool { return choosesOwn(p, n) })
}

// checkMaps reports maps to which StarJob adds something, where they are
// something else.
func checkMaps(c *checker, f *plan.Function) {
	for _, keys := range [][]string{{"Environment"}, {"Environment", "Variables"}, {"LoggingConfig"}} {
		n := f.Effective.At(keys...)
		if n == nil || n.Kind == cfn.Map && !n.IsCall() {
			continue
		}
		path, name := c.ofFunction(f, keys...), strings.Join(keys, ".")
		if n.IsCall() {
			c.Error(diag.NotLiteral, path, name+" is an intrinsic function's as a whole, and StarJob adds to it before anything is evaluated", "write the map out, with intrinsic functions as its values")
		} else {
			c.Error(diag.WrongType, path, name+" is not a map", "write a map")
		}
	}
}

// checkTagKeys reports tags that SAM's map form has no place for.
func checkTagKeys(c *checker, f *plan.Function) {
	for _, t := range f.Tags {
		if t.Key.IsCall() {
			c.Error(diag.NotLiteral, c.at(f.Job, f.Path, "Tags"), "the Key of a tag is an intrinsic function's, and an "+cfn.TypeServerlessFunction+" has its tags in a map", "write the key itself")
		}
	}
}

// checkPolicies reports Policies that cannot go to a role of StarJob's.
func checkPolicies(c *checker, f *plan.Function) {
	policies := f.Properties.Get("Policies")
	path := c.ofFunction(f, "Policies")
	if f.Role.Kind != plan.RoleMade {
		warnOfRole(c, f)
		return
	}
	for i, n := range policies.Listed() {
		if plan.IsPolicy(n) {
			checkPolicyName(c, path, n)
			continue
		}
		what := "an item of Policies"
		if keys := n.Keys(); len(keys) == 1 {
			what += " (" + keys[0] + ")"
		}
		at := path
		if policies.Kind == cfn.List {
			at = path.Index(i)
		}
		c.Error(diag.WrongType, at, what+" is neither the name or ARN of a managed policy nor a policy document", "SAM's policy templates need an "+cfn.TypeServerlessFunction+" as the prototype; write a document with Version and Statement here")
	}
}

// checkPolicyName reports a policy that would be overwritten by StarJob's own, or
// the other way round.
func checkPolicyName(c *checker, path cfn.Path, policy *cfn.Node) {
	if name, _ := policy.Get("PolicyName").AsString(); name == plan.PolicyName {
		c.Error(diag.Collision, path, "a policy has the PolicyName "+name+", as StarJob's own has in the same role", "give it another name")
	}
}

// warnOfRole warns of what would go to a role of StarJob's.
func warnOfRole(c *checker, f *plan.Function) {
	for _, name := range plan.RoleProperties {
		if !f.Properties.Get(name.Function).IsNothing() {
			c.Warn(diag.Overwritten, c.ofFunction(f, name.Function), "the function has a Role of yours, so "+name.Function+" has no effect", "remove it, and give that role what it asks for")
		}
	}
}

// checkTimeout reports timeouts that Lambda refuses. Only functions of Managed
// Instances, which have a capacity provider, may run for 90 minutes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
func checkTimeout(c *checker, f *plan.Function) {
	longest := plan.MaxTimeoutSeconds
	if f.Effective.Has("CapacityProviderConfig") {
		longest = maxManagedTimeout
	}
	c.number(diag.OutOfBounds, c.ofFunction(f, "Timeout"), f.Effective.Get("Timeout"), 1, longest)
}

// maxManagedTimeout is the longest timeout of a function on Managed Instances, in
// seconds.
const maxManagedTimeout = 5400
