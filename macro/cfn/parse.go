package cfn

import (
	"bytes"
	"strings"

	"github.com/serverless-star/starjob/macro/diag"
)

// Parse reads a template, YAML or JSON, into a tree in which every key and value
// has its position. Source that begins with { or [ is read as JSON first, with
// ParseJSON's rules, and as YAML if it is not JSON, as AWS's tools do.
//
// YAML is read as YAML 1.1, as CloudFormation's tools do:
//   - yes, no, on and off are booleans; a single y or n is a string;
//   - dates are strings, so that Version: 2012-10-17 works;
//   - 0777, 0x1F, 0b11, 1_000 and 1:30 are numbers, with their decimal digits as
//     Text; 012345678901, which is not an octal number, is a string, and so is
//     .inf, which JSON cannot express. The warning diag.Ambiguous asks for quotes
//     where that may be surprising;
//   - any other number keeps its digits, however many there are;
//   - keys are always strings: a boolean or number becomes its Text;
//   - aliases and merge keys (<<) are resolved.
//
// Short forms become the functions that they abbreviate: !Ref x is {"Ref": "x"},
// !Sub is Fn::Sub, and !GetAtt A.B.C is {"Fn::GetAtt": ["A", "B.C"]}.
//
// Parse reports source that is neither YAML nor JSON (diag.Syntax), duplicate
// keys (diag.DuplicateKey), and as diag.Structure: no document or several, a root
// or a Resources section that is not a map, keys that are not scalars, unknown
// tags, and aliases that contain themselves or add more than 200,000 values. The
// tree is nil only if the source cannot be read at all.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
func Parse(source []byte) (*Node, diag.List) {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	root, list := read(source)
	if root != nil {
		list = append(list, checkShape(root)...)
	}
	return root, list
}

func read(source []byte) (*Node, diag.List) {
	text := string(source)
	if valid := strings.ToValidUTF8(text, "\uFFFD"); valid != text {
		return nil, diag.List{unreadable(text, firstDifference(text, valid), "the template is not encoded as UTF-8", "save the file as UTF-8")}
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

// looksLikeJSON reports whether source was meant to be JSON, so that the error of the
// JSON reader is the useful one.
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

// checkShape reports a root or a Resources section that is not a map.
func checkShape(root *Node) diag.List {
	if root.Kind != Map {
		return diag.List{{
			Code: diag.Structure, Range: root.Range,
			Problem: "the template is " + root.Kind.withArticle() + ", not a map",
			Fix:     "start with a section, such as Resources:",
		}}
	}
	resources := root.Get("Resources")
	if resources == nil || resources.Kind == Map {
		return nil
	}
	return diag.List{{
		Code: diag.Structure, Path: "Resources", Range: root.KeyRange("Resources"),
		Problem: "Resources is " + resources.Kind.withArticle() + ", not a map",
		Fix:     "put each resource under its logical ID",
	}}
}
