package expand

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

func (p *plan) checkFunction(f *function) {
	p.checkMaps(f)
	if path := f.path.Key("Function", "Handler"); p.input.Find(path) != nil {
		what := "the name that the step's handler is registered with"
		if f.language.dispatched() {
			what = "file.function"
		}
		p.warn(diag.Overwritten, path, "Handler of a function is StarJob's own, and this value is overwritten", "remove it; "+what+" goes into Handler of the step, beside Function")
	}
	p.checkTimeout(f)
	p.checkVariables(f)
	p.checkRuntime(f)
	p.checkHandler(f)
	p.checkInlineCode(f)
	p.checkLayers(f)
	p.checkRole(f)
	if p.serverless {
		p.checkTagKeys(f)
		return
	}
	p.checkPolicies(f)
	p.checkSAM(f)
}

// checkRole reports a choice of roles that leaves a function without its rights:
// with no role at all, which only SAM would make up for, or with a role of the
// template's to which nothing is attached, since the other one is not.
func (p *plan) checkRole(f *function) {
	path := p.at(f.path, "Function", "Role")
	switch call, _, _ := f.role.arn.Intrinsic(); {
	case call != "Fn::If" || f.role.name != nil:
	case !p.serverless && f.role.arn.MayBeNothing():
		p.report(diag.Required, path, "Role is AWS::NoValue under a condition, and a function needs a role", "name a role for both cases; or let the prototype be an "+serverlessType+", for which SAM makes one")
	case p.choosesOwn(f.role.arn):
		p.report(diag.NotLiteral, path, "Role is a role of this template under a condition and something else otherwise, and StarJob cannot attach what the function needs under a condition", "let Fn::If choose between two roles of this template, or name one")
	}
}

// choosesOwn tells whether a branch of an Fn::If is a role of the template's.
func (p *plan) choosesOwn(n *cfn.Node) bool {
	call, argument, _ := n.Intrinsic()
	return p.roleName(n) != nil || call == "Fn::If" && slices.ContainsFunc(listed(argument), p.choosesOwn)
}

// variables are the environment variables that the user gives, with those of
// Globals.
func (f *function) variables() []cfn.Entry {
	if n := f.effective.At("Environment", "Variables"); n != nil {
		return n.Entries
	}
	return nil
}

// checkMaps reports maps to which StarJob adds something, where they are
// something else.
func (p *plan) checkMaps(f *function) {
	for _, keys := range [][]string{{"Environment"}, {"Environment", "Variables"}, {"LoggingConfig"}} {
		n := f.effective.At(keys...)
		if n == nil || n.Kind == cfn.Map && !isCall(n) {
			continue
		}
		path, name := p.at(f.path, append([]string{"Function"}, keys...)...), strings.Join(keys, ".")
		if isCall(n) {
			p.report(diag.NotLiteral, path, name+" is an intrinsic function's as a whole, and StarJob adds to it before anything is evaluated", "write the map out, with intrinsic functions as its values")
		} else {
			p.report(diag.WrongType, path, name+" is not a map", "write a map")
		}
	}
}

// checkTagKeys reports tags that SAM's map form has no place for.
func (p *plan) checkTagKeys(f *function) {
	for _, t := range f.tags {
		if isCall(t.Key) {
			p.report(diag.NotLiteral, p.at(f.path, "Tags"), "the Key of a tag is an intrinsic function's, and an "+serverlessType+" has its tags in a map", "write the key itself")
		}
	}
}

// checkPolicies reports Policies that cannot go to a role of StarJob's.
func (p *plan) checkPolicies(f *function) {
	policies := f.properties.Get("Policies")
	path := p.at(f.path, "Function", "Policies")
	if f.role.kind != roleMade {
		p.warnOfRole(f)
		return
	}
	for i, n := range listed(policies) {
		if isPolicy(n) {
			p.checkPolicyName(path, n)
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
		p.report(diag.WrongType, at, what+" is neither the name or ARN of a managed policy nor a policy document", "SAM's policy templates need an "+serverlessType+" as the prototype; write a document with Version and Statement here")
	}
}

// checkPolicyName reports a policy that would be overwritten by StarJob's own, or
// the other way round.
func (p *plan) checkPolicyName(path cfn.Path, policy *cfn.Node) {
	if name, _ := policy.Get("PolicyName").AsString(); name == policyName {
		p.report(diag.Collision, path, "a policy has the PolicyName "+name+", as StarJob's own has in the same role", "give it another name")
	}
}

// warnOfRole warns of what would go to a role of StarJob's.
func (p *plan) warnOfRole(f *function) {
	for _, name := range roleProperties {
		if !f.properties.Get(name.function).IsNothing() {
			p.warn(diag.Overwritten, p.at(f.path, "Function", name.function), "the function has a Role of yours, so "+name.function+" has no effect", "remove it, and give that role what it asks for")
		}
	}
}
