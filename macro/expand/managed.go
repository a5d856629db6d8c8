package expand

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// policyPaths are AWS's managed policies that do not stand at the root of their
// namespace, one a line, with their paths.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
//
//go:embed policies.txt
var policyPaths string

// managedARN turns the bare name of one of AWS's managed policies into its ARN,
// as SAM does. Everything else stays.
func managedARN(n *cfn.Node) *cfn.Node {
	name, ok := n.AsString()
	if !ok || strings.HasPrefix(name, "arn:") || strings.Contains(name, "{{resolve:") {
		return n.Clone()
	}
	for _, path := range []string{"service-role/", "job-function/"} {
		if strings.Contains("\n"+policyPaths, "\n"+path+name+"\n") {
			name = path + name
		}
	}
	return cfn.Sub("arn:${AWS::Partition}:iam::aws:policy/" + name)
}

// userPolicies sorts the Policies of a function, in SAM's forms, into ARNs of
// managed policies and inline policies. An Fn::If may choose between one of each:
// then it is in both, with nothing in a branch. The checks report what is neither.
func (p *plan) userPolicies(f *function) (managed, documents *cfn.Node) {
	managed, documents = cfn.NewList(), cfn.NewList()
	for i, n := range p.policies(f.properties) {
		arn := n.EachChoice(func(n *cfn.Node) *cfn.Node {
			if !isManaged(n) {
				return cfn.Ref("AWS::NoValue")
			}
			return managedARN(n)
		})
		document := n.EachChoice(func(n *cfn.Node) *cfn.Node {
			switch {
			case n.Has("Statement"):
				return inline("Policy"+strconv.Itoa(i), n.Clone())
			case n.Has("PolicyDocument"):
				return n.Clone()
			}
			return cfn.Ref("AWS::NoValue")
		})
		if !arn.IsAlwaysNothing() && !contains(managed, arn) {
			managed.Items = append(managed.Items, arn)
		}
		if !document.IsAlwaysNothing() {
			documents.Items = append(documents.Items, document)
		}
	}
	return managed, documents
}

// policies are the items of a function's Policies. A parameter that is a list
// stands for its values: a list in a list would be refused.
func (p *plan) policies(properties *cfn.Node) []*cfn.Node {
	var all []*cfn.Node
	for _, n := range listed(properties.Get("Policies")) {
		all = append(all, listed(p.list(n))...)
	}
	return all
}

// isManaged tells whether an item of Policies names a managed policy.
func isManaged(n *cfn.Node) bool {
	_, isText := n.AsString()
	call, _, _ := n.Intrinsic()
	return (isText || call != "") && call != "Fn::If" && !n.IsNothing()
}

// isPolicy tells whether an item of Policies can go to a role, in each branch of
// an Fn::If.
func isPolicy(n *cfn.Node) bool {
	if branches := n.Choices(); branches != nil {
		return isPolicy(branches[0]) && isPolicy(branches[1])
	}
	return n.IsNothing() || isManaged(n) || n.Has("Statement") || n.Has("PolicyDocument")
}
