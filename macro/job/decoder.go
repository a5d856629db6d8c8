package job

import (
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/internal/suggest"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// unevaluated explains why an intrinsic function is not allowed for a value.
const unevaluated = ", and StarJob runs before CloudFormation evaluates it"

// decoder decodes the jobs of one template.
type decoder struct {
	*cfn.Problems
	template *cfn.Node
	values   cfn.Values
}

// reportAt reports a problem at a position other than the value's, such as the
// key's.
func reportAt(problems *cfn.Problems, place diag.Range, code diag.Code, path cfn.Path, what, fix string) {
	problems.Add(diag.Diagnostic{Code: code, Path: path.String(), Range: place, Problem: what, Fix: fix})
}

// given returns n, or nil if n is null or AWS::NoValue.
func given(n *cfn.Node) *cfn.Node {
	if n.IsNothing() {
		return nil
	}
	return n
}

// reference returns the logical ID that a Function refers to: !Ref X, or X.
func reference(n *cfn.Node) (logicalID string, ok bool) {
	if logicalID, ok = n.AsRef(); !ok {
		logicalID, ok = n.AsString()
	}
	return logicalID, ok
}

// isFunction reports whether a resource of the template can be a prototype.
func (d *decoder) isFunction(id string) bool { return isFunction(d.template.At("Resources", id)) }

func isFunction(resource *cfn.Node) bool {
	typ := resource.ResourceType()
	return typ == cfn.TypeServerlessFunction || typ == cfn.TypeFunction
}

// choices is the fix for a word that is not one of the known ones: the closest of
// them, or the list if none is close.
func choices(word string, known []string) string {
	if near := suggest.Closest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	switch len(known) {
	case 0:
		return ""
	case 1:
		return "use " + known[0]
	}
	return "use one of " + strings.Join(known, ", ")
}

// describe names a value in a problem.
func describe(n *cfn.Node) string {
	if n == nil {
		return "missing"
	}
	if name, ok := n.AsRef(); ok {
		return "!Ref " + name
	}
	if name, _, call := n.Intrinsic(); call {
		return "a call to " + name
	}
	switch n.Kind {
	case cfn.Null:
		return "null"
	case cfn.List:
		return "a list"
	case cfn.Map:
		return "a map"
	case cfn.String:
		return strconv.Quote(n.Text)
	default:
		return n.Text
	}
}
