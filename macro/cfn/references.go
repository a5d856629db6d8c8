package cfn

import "strings"

// IsCall reports whether n is a call of an intrinsic function.
func (n *Node) IsCall() bool {
	_, _, ok := n.Intrinsic()
	return ok
}

// AsSub returns the template string of an Fn::Sub and its map of variables, which take
// precedence over everything else with the same name. Either is nil if there is none.
// Their kinds are not checked.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
func (n *Node) AsSub() (text, own *Node) {
	call, argument, _ := n.Intrinsic()
	switch {
	case call != "Fn::Sub":
		return nil, nil
	case argument != nil && argument.Kind == List && len(argument.Items) == 2:
		return argument.Items[0], argument.Items[1]
	}
	return argument, nil
}

// ReplacePlaceholders returns the template string of an Fn::Sub with each ${name}
// replaced by a value. The name of a literal begins with an exclamation mark.
func ReplacePlaceholders(text string, value func(name string) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(value(name))
		text = after
	}
}

// Placeholder returns the form of a value in the template string of an Fn::Sub. It
// returns false for a call that has no such form.
func (n *Node) Placeholder() (string, bool) {
	if id, ok := n.AsRef(); ok {
		return "${" + id + "}", true
	}
	if id, attribute, ok := n.AsGetAtt(); ok {
		return "${" + id + "." + attribute + "}", true
	}
	text, ok := n.AsScalar()
	return strings.ReplaceAll(text, "${", "${!"), ok
}

// Referent returns the resource and the attribute to which n refers by Fn::GetAtt, by
// Ref, which has no attribute, or by an Fn::Sub that consists of a single placeholder.
// The ID is empty if n is none of these.
func (n *Node) Referent() (logicalID, attribute string) {
	if id, ok := n.AsRef(); ok {
		return id, ""
	}
	if id, attribute, ok := n.AsGetAtt(); ok {
		return id, attribute
	}
	text, own := n.AsSub()
	s, _ := text.AsString()
	inner, isOne := strings.CutPrefix(strings.TrimSuffix(s, "}"), "${")
	if own != nil || !isOne || strings.ContainsAny(inner, "${}!") {
		return "", ""
	}
	logicalID, attribute, _ = strings.Cut(inner, ".")
	return logicalID, attribute
}

// ReferenceForm is the syntax of a reference.
type ReferenceForm uint8

// The forms of references.
const (
	// ByRef is a Ref with a literal name.
	ByRef ReferenceForm = iota
	// ByGetAtt is an Fn::GetAtt with a literal attribute.
	ByGetAtt
	// ByComputedGetAtt is an Fn::GetAtt with an attribute that is not literal.
	ByComputedGetAtt
	// ByPlaceholder is a name in the template string of an Fn::Sub.
	ByPlaceholder
)

// Reference is one reference of a template.
type Reference struct {
	Form ReferenceForm
	// Path is the path of the call, or of the argument of an Fn::Sub. It is valid only
	// during the callback of [Node.ReplaceReferences].
	Path Path
	// LogicalID is the name up to its first dot, Attribute the part after it. Only AWS
	// SAM allows an attribute in a Ref.
	LogicalID, Attribute string
	// Name is the entire name, as in the template.
	Name string
}

// ReplaceReferences replaces references anywhere in n, in place, with copies of what
// target returns for them. A reference for which it returns nil stays unchanged, and so
// does a placeholder if the replacement has no [Node.Placeholder]. References inside
// replacements are not replaced.
func (n *Node) ReplaceReferences(p Path, target func(Reference) *Node) {
	n.Walk(p, func(at Path, n *Node) bool {
		name, argument, _ := n.Intrinsic()
		switch name {
		case "Ref":
			name, literal := argument.AsString()
			if literal {
				id, attribute, _ := strings.Cut(name, ".")
				n.replace(target(Reference{ByRef, at, id, attribute, name}))
			}
			return !literal
		case "Fn::GetAtt":
			if id, attribute, literal := n.AsGetAtt(); literal {
				n.replace(target(Reference{ByGetAtt, at, id, attribute, id + "." + attribute}))
				return false
			}
			if items := argument.Listed(); len(items) > 0 {
				id, _ := items[0].AsString()
				target(Reference{ByComputedGetAtt, at, id, "", id})
			}
		case "Fn::Sub":
			n.replacePlaceholders(at.Key(name), target)
		}
		return true
	})
}

// replace replaces n with a copy of a value, unless the value is nil.
func (n *Node) replace(value *Node) {
	if value != nil {
		at := n.Range
		*n = *value.Clone()
		n.Range = at
	}
}

func (n *Node) replacePlaceholders(p Path, target func(Reference) *Node) {
	text, own := n.AsSub()
	s, ok := text.AsString()
	if !ok {
		return
	}
	text.Text = ReplacePlaceholders(s, func(name string) string {
		as := "${" + name + "}"
		if own.Has(name) || strings.HasPrefix(name, "!") {
			return as
		}
		id, attribute, _ := strings.Cut(strings.TrimSpace(name), ".")
		if placeholder, ok := target(Reference{ByPlaceholder, p, id, attribute, name}).Placeholder(); ok {
			return placeholder
		}
		return as
	})
}

// Listed returns the items of a list, or any other value as a single item.
// CloudFormation accepts both for DependsOn and other keys. It is empty for nil.
func (n *Node) Listed() []*Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// Contains reports whether an item of the list n is equal to m.
func (n *Node) Contains(m *Node) bool {
	for _, item := range n.Items {
		if item.Equal(m) {
			return true
		}
	}
	return false
}
