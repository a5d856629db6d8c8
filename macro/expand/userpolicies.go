package expand

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// policyPaths lists the AWS managed policies with a path, one per line.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
//
//go:embed policies.txt
var policyPaths string

// managedARN converts the bare name of an AWS managed policy to its ARN, as SAM does.
// Any other value stays unchanged.
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

// userPolicies sorts the Policies of a function, in SAM's forms, into ARNs of managed
// policies and inline policies. An Fn::If with one of each is in both results, with
// AWS::NoValue in the other branch. Package check reports items that are neither.
func userPolicies(p *plan.Plan, f *plan.Function) (managed, documents *cfn.Node) {
	managed, documents = cfn.NewList(), cfn.NewList()
	for i, n := range p.Policies(f.Properties) {
		arn := n.EachChoice(func(n *cfn.Node) *cfn.Node {
			if !plan.IsManagedPolicy(n) {
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
		if !arn.IsAlwaysNothing() && !managed.Contains(arn) {
			managed.Items = append(managed.Items, arn)
		}
		if !document.IsAlwaysNothing() {
			documents.Items = append(documents.Items, document)
		}
	}
	return managed, documents
}

// inline is an inline policy of a role.
func inline(name string, document *cfn.Node) *cfn.Node {
	return cfn.NewMap(cfn.E("PolicyName", cfn.NewString(name)), cfn.E("PolicyDocument", document))
}
