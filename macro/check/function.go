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
		c.Warn(diag.Overwritten, path, "StarJob overwrites Handler in Function", "remove it, and set the step's Handler, next to Function, to "+what)
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

// checkRole reports a choice of roles that leaves a function without permissions.
// In one case a branch has no role at all, which only SAM allows. In the other only
// one branch is a role of the template, so nothing can be attached to it.
func checkRole(c *checker, f *plan.Function) {
	path := c.ofFunction(f, "Role")
	switch call, _, _ := f.Role.ARN.Intrinsic(); {
	case call != "Fn::If" || f.Role.Name != nil:
	case !f.Job.Serverless && f.Role.ARN.MayBeNothing():
		c.Error(diag.Required, path, "Role is AWS::NoValue in one branch of Fn::If, but a function requires a role", "set a role in both branches, or use an "+cfn.TypeServerlessFunction+" as the prototype, for which SAM creates a role")
	case choosesOwn(c.plan, f.Role.ARN):
		c.Error(diag.NotLiteral, path, "Role is a role of this template in only one branch of Fn::If, so StarJob cannot attach the function's permissions", "use roles of this template in both branches, or a single role")
	}
}

// choosesOwn reports whether a branch of an Fn::If is a role of the template.
func choosesOwn(p *plan.Plan, n *cfn.Node) bool {
	call, argument, _ := n.Intrinsic()
	return plan.RoleName(p.Source, n) != nil || call == "Fn::If" && slices.ContainsFunc(argument.Listed(), func(n *cfn.Node) bool { return choosesOwn(p, n) })
}

// checkMaps reports values that are not maps where StarJob adds keys to a map.
func checkMaps(c *checker, f *plan.Function) {
	for _, keys := range [][]string{{"Environment"}, {"Environment", "Variables"}, {"LoggingConfig"}} {
		n := f.Effective.At(keys...)
		if n == nil || n.Kind == cfn.Map && !n.IsCall() {
			continue
		}
		path, name := c.ofFunction(f, keys...), strings.Join(keys, ".")
		if n.IsCall() {
			c.Error(diag.NotLiteral, path, name+" is an intrinsic function"+unevaluated, "write the map out; its values may be intrinsic functions")
		} else {
			c.Error(diag.WrongType, path, name+" is not a map", "use a map")
		}
	}
}

// checkTagKeys reports tags that the map form of SAM cannot express.
func checkTagKeys(c *checker, f *plan.Function) {
	for _, t := range f.Tags {
		if t.Key.IsCall() {
			c.Error(diag.NotLiteral, c.at(f.Job, f.Path, "Tags"), "the Key of a tag is an intrinsic function, but Tags of an "+cfn.TypeServerlessFunction+" is a map with literal keys", "use a literal key")
		}
	}
}

// checkPolicies reports Policies that cannot be added to a role of StarJob's.
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
		c.Error(diag.WrongType, at, what+" is neither the name or ARN of a managed policy nor a policy document", "use a policy document with Version and Statement; SAM policy templates require an "+cfn.TypeServerlessFunction+" as the prototype")
	}
}

// checkPolicyName reports a policy with the name of the policy that StarJob adds to
// the same role: one of them would overwrite the other.
func checkPolicyName(c *checker, path cfn.Path, policy *cfn.Node) {
	if name, _ := policy.Get("PolicyName").AsString(); name == plan.PolicyName {
		c.Error(diag.Collision, path, "PolicyName is "+name+", the name of the policy that StarJob adds to the same role", "rename the policy")
	}
}

// warnOfRole warns of properties that apply only to a role of StarJob's.
func warnOfRole(c *checker, f *plan.Function) {
	for _, name := range plan.RoleProperties {
		if !f.Properties.Get(name.Function).IsNothing() {
			c.Warn(diag.Overwritten, c.ofFunction(f, name.Function), "StarJob ignores "+name.Function+" because the function has a Role", "remove it, and configure that role instead")
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
