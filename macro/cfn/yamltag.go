package cfn

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/serverless-star/starjob/internal/suggest"
	"github.com/serverless-star/starjob/macro/diag"
)

// functions are the intrinsic functions that have a short form.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
var functions = []string{
	"And", "Base64", "Cidr", "Condition", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap",
	"ForEach", "GetAtt", "GetAZs", "GetStackOutput", "If", "ImportValue", "Join", "Length", "Not", "Or", "Ref", "RefAll", "Select",
	"Split", "Sub", "ToJsonString", "Transform", "ValueOf", "ValueOfAll",
}

// explicitTag returns the tag that is written in the source, or "".
func explicitTag(n *yaml.Node) string {
	if n.Style&yaml.TaggedStyle == 0 {
		return ""
	}
	return n.Tag
}

// isShort reports whether a tag has the syntax of a short form, known or not.
func isShort(tag string) bool {
	return strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!")
}

// tagged applies a tag to a value that was read without it.
func (r *yamlReader) tagged(tag string, n *yaml.Node, value *Node) *Node {
	name := strings.TrimPrefix(tag, "!")
	switch {
	case isShort(tag) && slices.Contains(functions, name):
		return call(name, value)
	case isShort(tag):
		r.unknownTag(name, value.Range)
		return value
	case n.Kind == yaml.ScalarNode:
		return r.typed(tag, n, value)
	case tag == "!!map" || tag == "!!seq":
		return value
	}
	r.report(value.Range, "CloudFormation does not support the tag "+tag, "remove the tag")
	return value
}

// call returns the call that a short form abbreviates.
func call(name string, argument *Node) *Node {
	key := "Fn::" + name
	if name == "Ref" || name == "Condition" {
		key = name
	}
	if id, attribute, ok := strings.Cut(argument.Text, "."); ok && name == "GetAtt" && argument.Kind == String {
		list := Strings(id, attribute)
		list.Range, list.Items[0].Range, list.Items[1].Range = argument.Range, argument.Range, argument.Range
		argument = list
	}
	return &Node{Kind: Map, Range: argument.Range, Entries: []Entry{{key, argument.Range, argument}}}
}

func (r *yamlReader) unknownTag(name string, place diag.Range) {
	fix := fmt.Sprintf("use the long form Fn::%s: if CloudFormation has this function", name)
	if near := suggest.Closest(name, functions); near != "" {
		fix = fmt.Sprintf("did you mean !%s?", near)
	}
	r.report(place, "!"+name+" is not an intrinsic function", fix)
}

// typed converts a scalar to the type that one of YAML's own tags names.
func (r *yamlReader) typed(tag string, n *yaml.Node, value *Node) *Node {
	plain := resolve(n.Value)
	plain.Range = value.Range
	kinds := map[string]Kind{"!!bool": Bool, "!!int": Number, "!!float": Number, "!!null": Null}
	kind, ok := kinds[tag]
	switch {
	case tag == "!!str" || tag == "!!timestamp":
		return value
	case tag == "!!binary":
		return r.binary(n, value)
	case !ok:
		r.report(value.Range, "CloudFormation does not support the tag "+tag, "remove the tag")
	case kind != plain.Kind:
		r.report(value.Range, fmt.Sprintf("%.40q does not match its tag %s", n.Value, tag), "correct the value, or remove the tag")
	default:
		return plain
	}
	return value
}

// binary decodes base64, which must give a string: a template cannot hold bytes.
func (r *yamlReader) binary(n *yaml.Node, value *Node) *Node {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Value), ""))
	if err != nil || !utf8.Valid(data) {
		r.report(value.Range, "the !!binary value is not a base64-encoded string", "use a string; a template cannot hold binary data")
		return value
	}
	return &Node{Kind: String, Text: string(data), Range: value.Range}
}
