package cfn

import "strings"

// Intrinsic returns the name (such as "Ref" or "Fn::Sub") and the argument of the
// intrinsic function that n calls. A call is a Map with a single key that begins with
// "Fn::", or with the key Ref or Condition if its value is a String or another call.
// Any other value of these two keys means that the map only happens to have such a
// key, as a job with a step named Ref does. [ForEach] is not a call, because it
// produces entries of the map that contains it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
func (n *Node) Intrinsic() (name string, argument *Node, ok bool) {
	if n == nil || n.Kind != Map || len(n.Entries) != 1 {
		return "", nil, false
	}
	e := n.Entries[0]
	if strings.HasPrefix(e.Key, ForEach) || !strings.HasPrefix(e.Key, "Fn::") && !(isBareName(e.Key) && e.Value.mayBeString()) {
		return "", nil, false
	}
	return e.Key, e.Value, true
}

// ForEach is the prefix of a loop's key. Its value is a list of an identifier, a
// collection and a body.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
const ForEach = "Fn::ForEach::"

// isBareName reports whether a function's full name has no prefix Fn::.
func isBareName(name string) bool { return name == "Ref" || name == "Condition" }

// mayBeString reports whether n is a String, or a call that may return one.
func (n *Node) mayBeString() bool {
	if n == nil || n.Kind != Map || len(n.Entries) != 1 {
		return n != nil && n.Kind == String
	}
	return isBareName(n.Entries[0].Key) || strings.HasPrefix(n.Entries[0].Key, "Fn::")
}

// Ref returns a call of Ref.
func Ref(logicalID string) *Node { return NewMap(E("Ref", NewString(logicalID))) }

// GetAtt returns a call of Fn::GetAtt.
func GetAtt(logicalID, attribute string) *Node { return new(getAtt).call(logicalID, attribute) }

// GetAtts returns calls of Fn::GetAtt for the same attribute of several resources. It
// saves allocations: the policies of a large job have thousands of such calls.
func GetAtts(logicalIDs []string, attribute string) []*Node {
	calls, nodes := make([]getAtt, len(logicalIDs)), make([]*Node, len(logicalIDs))
	for i, id := range logicalIDs {
		nodes[i] = calls[i].call(id, attribute)
	}
	return nodes
}

// getAtt holds the nodes of one call, so that they are allocated together.
type getAtt struct {
	root, list, id, attribute Node
	entry                     [1]Entry
	items                     [2]*Node
}

func (c *getAtt) call(logicalID, attribute string) *Node {
	c.id, c.attribute = Node{Kind: String, Text: logicalID}, Node{Kind: String, Text: attribute}
	c.items = [2]*Node{&c.id, &c.attribute}
	c.list = Node{Kind: List, Items: c.items[:]}
	c.entry[0] = E("Fn::GetAtt", &c.list)
	c.root = Node{Kind: Map, Entries: c.entry[:]}
	return &c.root
}

// Sub returns a call of Fn::Sub in its string form, without a map of variables.
func Sub(text string) *Node { return NewMap(E("Fn::Sub", NewString(text))) }

// AsRef returns the name that a plain Ref refers to.
func (n *Node) AsRef() (string, bool) {
	name, argument, ok := n.Intrinsic()
	if !ok || name != "Ref" {
		return "", false
	}
	return argument.AsString()
}

// AsGetAtt returns what an Fn::GetAtt refers to, in list form or in string form. The
// attribute may contain dots.
func (n *Node) AsGetAtt() (logicalID, attribute string, ok bool) {
	name, argument, call := n.Intrinsic()
	if !call || name != "Fn::GetAtt" {
		return "", "", false
	}
	if s, ok := argument.AsString(); ok {
		return strings.Cut(s, ".")
	}
	if argument == nil || argument.Kind != List || len(argument.Items) < 2 {
		return "", "", false
	}
	parts := make([]string, len(argument.Items))
	for i, item := range argument.Items {
		if parts[i], ok = item.AsString(); !ok {
			return "", "", false
		}
	}
	return parts[0], strings.Join(parts[1:], "."), true
}
