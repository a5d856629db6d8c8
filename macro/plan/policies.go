package plan

import "github.com/serverless-star/starjob/macro/cfn"

// Policies returns the items of a function's Policies. A parameter that is a list
// counts as its values: a list in a list would be refused.
func (s Source) Policies(properties *cfn.Node) []*cfn.Node {
	var all []*cfn.Node
	for _, n := range properties.Get("Policies").Listed() {
		all = append(all, s.Values.List(n).Listed()...)
	}
	return all
}

// IsManagedPolicy reports whether an item of Policies names a managed policy.
func IsManagedPolicy(n *cfn.Node) bool {
	_, isText := n.AsString()
	call, _, _ := n.Intrinsic()
	return (isText || call != "") && call != "Fn::If" && !n.IsNothing()
}

// IsPolicy reports whether an item of Policies can go to a role, in each branch of
// an Fn::If.
func IsPolicy(n *cfn.Node) bool {
	if branches := n.Choices(); branches != nil {
		return IsPolicy(branches[0]) && IsPolicy(branches[1])
	}
	return n.IsNothing() || IsManagedPolicy(n) || n.Has("Statement") || n.Has("PolicyDocument")
}
