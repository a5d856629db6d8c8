package cfn

import (
	"slices"
	"strings"
)

// shortScalar and shortList are the functions that are written in their short
// form, by the kind of their argument. A map as argument may be a function that
// has a short form itself, and two of them cannot follow one another.
var (
	shortScalar = []string{"Ref", "Fn::Sub", "Fn::GetAZs", "Fn::ImportValue", "Fn::Base64"}
	shortList   = []string{
		"Fn::And", "Fn::Cidr", "Fn::Equals", "Fn::FindInMap", "Fn::If", "Fn::Join", "Fn::Not", "Fn::Or",
		"Fn::Select", "Fn::Split", "Fn::Sub",
	}
)

// shortForm returns the function that n calls, without Fn::, and what to write
// after it.
func shortForm(n *Node) (name string, argument *Node, ok bool) {
	name, argument, ok = n.Intrinsic()
	if !ok || argument == nil {
		return "", nil, false
	}
	short := strings.TrimPrefix(name, "Fn::")
	if id, attribute, ok := n.AsGetAtt(); ok && name == "Fn::GetAtt" {
		simple := len(argument.Items) == 2 && id != "" && !strings.Contains(id, ".")
		return short, NewString(id + "." + attribute), simple
	}
	scalar := argument.Kind == String && slices.Contains(shortScalar, name)
	list := argument.Kind == List && slices.Contains(shortList, name)
	return short, argument, scalar || list
}
