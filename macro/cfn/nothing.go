package cfn

import "slices"

// IsNothing tells whether n stands for nothing: it is missing, null, or a Ref to
// AWS::NoValue.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
func (n *Node) IsNothing() bool {
	name, _ := n.AsRef()
	return n == nil || n.Kind == Null || name == "AWS::NoValue"
}

// Choices are the branches of an Fn::If, the one for yes first; nil for all else.
func (n *Node) Choices() []*Node {
	if name, argument, _ := n.Intrinsic(); name == "Fn::If" && argument != nil && argument.Kind == List && len(argument.Items) == 3 {
		return argument.Items[1:]
	}
	return nil
}

// MayBeNothing tells whether n stands for nothing, be it in a branch of Fn::If.
func (n *Node) MayBeNothing() bool {
	return n.IsNothing() || slices.ContainsFunc(n.Choices(), (*Node).MayBeNothing)
}

// IsAlwaysNothing tells whether n stands for nothing, in each branch if it is an
// Fn::If.
func (n *Node) IsAlwaysNothing() bool {
	branches := n.Choices()
	return n.IsNothing() || branches != nil && branches[0].IsAlwaysNothing() && branches[1].IsAlwaysNothing()
}

// EachChoice returns what f makes of n, or of the branches of n if it is an
// Fn::If. It does not change n.
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

// OrElse returns n with copies of a value in place of what stands for nothing: n
// itself, or branches of Fn::If. Neither is changed.
func (n *Node) OrElse(value *Node) *Node {
	return n.EachChoice(func(n *Node) *Node {
		if n.IsNothing() {
			return value.Clone()
		}
		return n
	})
}

// DeleteNothing removes those of the keys from the Map n whose values stand for
// nothing.
func (n *Node) DeleteNothing(keys ...string) {
	for _, key := range keys {
		if n.Get(key).IsNothing() {
			n.Delete(key)
		}
	}
}
