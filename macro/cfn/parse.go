package cfn

import (
	"bytes"
	"strings"

	"github.com/serverless-star/starjob/macro/diag"
)

// Parse reads a template's text, YAML or JSON, into a tree in which every key
// and value has its place. What begins with { or [ is read as JSON first, with
// ParseJSON's rules, and as YAML if it isn't; AWS's own tools do the same.
//
// YAML is read as CloudFormation's tools read it, which is YAML 1.1:
//   - yes, no, on and off are booleans; a single y or n is a text;
//   - dates are texts, so that Version: 2012-10-17 works;
//   - 0777, 0x1F, 0b11, 1_000 and 1:30 are numbers, and get their decimal digits
//     as Text; 012345678901, which is no octal number, is a text, as is .inf,
//     which JSON cannot say. Where that may surprise, a warning diag.Ambiguous
//     asks for quotes;
//   - any other number keeps its digits, however many there are;
//   - keys are texts always: a boolean or number gets the text that it has as a
//     value;
//   - aliases and merge keys (<<) are resolved.
//
// Short forms become the functions they stand for: !Ref x is {"Ref": "x"}, !Sub
// is Fn::Sub, and !GetAtt A.B.C is {"Fn::GetAtt": ["A", "B.C"]}.
//
// Parse reports what is neither YAML nor JSON (diag.Syntax), keys that a map has
// twice (diag.DuplicateKey), and as diag.Structure: no document or several, a
// root or a Resources section that is no map, keys that are no text, unknown
// tags, and aliases that contain themselves or grow beyond measure. The tree is
// nil only where the text cannot be read at all.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
func Parse(source []byte) (*Node, diag.List) {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	root, list := read(source)
	if root != nil {
		list = append(list, shape(root)...)
	}
	return root, list
}

func read(source []byte) (*Node, diag.List) {
	text := string(source)
	if valid := strings.ToValidUTF8(text, "\uFFFD"); valid != text {
		return nil, diag.List{unreadable(text, firstDifference(text, valid), "it is not encoded as UTF-8", "save the file as UTF-8")}
	}
	begin := strings.TrimLeft(text, " \t\r\n")
	if !strings.HasPrefix(begin, "{") && !strings.HasPrefix(begin, "[") {
		return readYAML(text)
	}
	root, list := readJSON(text, true)
	if root != nil {
		return root, list
	}
	root, retry := readYAML(text)
	if root == nil && looksLikeJSON(begin) {
		return nil, list
	}
	return root, retry
}

// looksLikeJSON tells whether a text was meant as JSON, so that JSON's complaint
// about it is the useful one.
func looksLikeJSON(begin string) bool {
	return strings.HasPrefix(strings.TrimLeft(begin[1:], " \t\r\n"), `"`)
}

func firstDifference(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}

// unreadable reports the character at an offset, before which all is UTF-8.
func unreadable(text string, at int, problem, fix string) diag.Diagnostic {
	start := placeOf(text, at)
	return syntax(diag.Range{Start: start, End: diag.Pos{Line: start.Line, Column: start.Column + 1}}, problem, fix)
}

func syntax(place diag.Range, problem, fix string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.Syntax, Range: place, Fix: fix,
		Problem: "the text is not valid YAML: " + problem,
	}
}

// shape reports a root and a Resources section that are no maps.
func shape(root *Node) diag.List {
	if root.Kind != Map {
		return diag.List{{
			Code: diag.Structure, Range: root.Range,
			Problem: "the template is " + root.Kind.article() + ", not a map",
			Fix:     "begin it with a section, such as Resources:",
		}}
	}
	resources := root.Get("Resources")
	if resources == nil || resources.Kind == Map {
		return nil
	}
	return diag.List{{
		Code: diag.Structure, Path: "Resources", Range: root.KeyRange("Resources"),
		Problem: "Resources is " + resources.Kind.article() + ", not a map",
		Fix:     "give each resource a key, its logical ID, below Resources",
	}}
}

// article names the kind for messages.
func (k Kind) article() string {
	return [...]string{"empty", "a boolean", "a number", "a string", "a list", "a map"}[k]
}
