package cfn

import "slices"

// IsNothing reports whether n is no value: it is missing, null, or a Ref to
// AWS::NoValue.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
func (n *Node) IsNothing() bool {
	name, _ := n.AsRef()
	return n == nil || n.Kind == Null || name == "AWS::NoValue"
}

// Choices returns the two branches of an Fn::If, the one for true first; nil if n
// is anything else.
func (n *Node) Choices() []*Node {
	if name, argument, _ := n.Intrinsic(); name == "Fn::If" && argument != nil && argument.Kind == List && len(argument.Items) == 3 {
		return argument.Items[1:]
	}
	return nil
}

// MayBeNothing reports whether n, or any branch of it if it is an Fn::If, is no
// value.
func (n *Node) MayBeNothing() bool {
	return n.IsNothing() || slices.ContainsFunc(n.Choices(), (*Node).MayBeNothing)
}

// IsAlwaysNothing reports whether n, or every branch of it if it is an Fn::If, is
// no value.
func (n *Node) IsAlwaysNothing() bool {
	branches := n.Choices()
	return n.IsNothing() || branches != nil && branches[0].IsAlwaysNothing() && branches[1].IsAlwaysNothing()
}

// EachChoice returns f(n). If n is an Fn::If, it returns a copy of n with each branch
// replaced by the result of f, at every depth. It does not change n.
func (n *Node) EachChoice(f func(*Node) *Node) *Node {
	if n.Choices() == nil {
		return f(n)
	}
	made := n.Clone()
	branches := made.Choices()
	for i, branch := range branches {
		branches[i] = branch.EachChoice(f)
	}
	return made
}

// OrElse returns a clone of value if n is no value, otherwise n. If n is an Fn::If, it
// returns a copy of n with the same rule applied to every branch. It changes neither
// n nor value.
func (n *Node) OrElse(value *Node) *Node {
	return n.EachChoice(func(n *Node) *Node {
		if n.IsNothing() {
			return value.Clone()
		}
		return n
	})
}

// DeleteNothing removes the given keys from the Map n if their values are
// missing, null or AWS::NoValue.
func (n *Node) DeleteNothing(keys ...string) {
	for _, key := range keys {
		if n.Get(key).IsNothing() {
			n.Delete(key)
		}
	}
}
