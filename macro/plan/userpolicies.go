package plan

import "github.com/serverless-star/starjob/macro/cfn"

// Policies returns the items of a function's Policies. A parameter with a list is
// replaced by its values, because AWS refuses a list in a list.
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

// IsPolicy reports whether a role can have an item of Policies. Each branch of an
// Fn::If must qualify.
func IsPolicy(n *cfn.Node) bool {
	if branches := n.Choices(); branches != nil {
		return IsPolicy(branches[0]) && IsPolicy(branches[1])
	}
	return n.IsNothing() || IsManagedPolicy(n) || n.Has("Statement") || n.Has("PolicyDocument")
}
