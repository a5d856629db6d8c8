package cfn

import (
	"strconv"
	"strings"
)

// Intrinsic returns the name and argument of the intrinsic function that n
// calls: a Map whose only key begins with "Fn::", or is Ref or Condition with a
// String or another call as its argument. Anything else under these two is a map
// that happens to have such a key, as steps called Ref would be. [ForEach] is no
// call: it stands for entries of the map that it is in.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
func (n *Node) Intrinsic() (name string, argument *Node, ok bool) {
	if n == nil || n.Kind != Map || len(n.Entries) != 1 {
		return "", nil, false
	}
	e := n.Entries[0]
	if strings.HasPrefix(e.Key, ForEach) || !strings.HasPrefix(e.Key, "Fn::") && !(isShortest(e.Key) && e.Value.mayName()) {
		return "", nil, false
	}
	return e.Key, e.Value, true
}

// ForEach begins the keys of loops, whose values are lists of an identifier, a
// collection and a body.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
const ForEach = "Fn::ForEach::"

// isShortest tells whether a function's name has no Fn:: even in the long form.
func isShortest(name string) bool { return name == "Ref" || name == "Condition" }

// mayName tells whether n is a String, or a call that makes one.
func (n *Node) mayName() bool {
	if n == nil || n.Kind != Map || len(n.Entries) != 1 {
		return n != nil && n.Kind == String
	}
	return isShortest(n.Entries[0].Key) || strings.HasPrefix(n.Entries[0].Key, "Fn::")
}

// AsString returns the value of a String node.
func (n *Node) AsString() (string, bool) {
	if n == nil || n.Kind != String {
		return "", false
	}
	return n.Text, true
}

// AsScalar returns the text of a String, Number or Bool. CloudFormation takes
// each of them where it wants a string.
func (n *Node) AsScalar() (string, bool) {
	if n == nil || (n.Kind != String && n.Kind != Number && n.Kind != Bool) {
		return "", false
	}
	return n.Text, true
}

// AsInt returns the value of an integral Number, or of a String that holds one:
// CloudFormation takes either where it wants a number.
func (n *Node) AsInt() (int, bool) {
	if n == nil || (n.Kind != String && n.Kind != Number) {
		return 0, false
	}
	i, err := strconv.Atoi(n.Text)
	return i, err == nil
}

// AsBool returns the value of a Bool, or of a String that holds one:
// CloudFormation takes either where it wants a boolean.
func (n *Node) AsBool() (value, ok bool) {
	if n == nil || (n.Kind != Bool && n.Kind != String) {
		return false, false
	}
	return strings.EqualFold(n.Text, "true"), strings.EqualFold(n.Text, "true") || strings.EqualFold(n.Text, "false")
}

// Ref returns a call of Ref.
func Ref(logicalID string) *Node { return NewMap(E("Ref", NewString(logicalID))) }

// GetAtt returns a call of Fn::GetAtt.
func GetAtt(logicalID, attribute string) *Node { return new(getAtt).call(logicalID, attribute) }

// GetAtts returns calls of Fn::GetAtt for the same attribute of several
// resources, as policies of a large job have them by the thousand.
func GetAtts(logicalIDs []string, attribute string) []*Node {
	calls, nodes := make([]getAtt, len(logicalIDs)), make([]*Node, len(logicalIDs))
	for i, id := range logicalIDs {
		nodes[i] = calls[i].call(id, attribute)
	}
	return nodes
}

// getAtt is the room for the nodes of a call, which are allocated together.
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

// Sub returns a call of Fn::Sub without a map of its own.
func Sub(text string) *Node { return NewMap(E("Fn::Sub", NewString(text))) }

// AsRef returns the name that a plain Ref refers to.
func (n *Node) AsRef() (string, bool) {
	name, argument, ok := n.Intrinsic()
	if !ok || name != "Ref" {
		return "", false
	}
	return argument.AsString()
}

// AsGetAtt returns what an Fn::GetAtt refers to, in its list form and its
// string form; the attribute may hold dots.
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
