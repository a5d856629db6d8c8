package job

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// noLimit is the upper bound of a number that has none.
const noLimit = math.MaxInt

// attributes checks the resource's attributes, which go to everything that is
// generated from it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html
func (d *decoder) attributes(path cfn.Path, resource *cfn.Node) {
	var keys resourceKeys
	d.keys(path, resourceTable, resource, &keys)
	if n := keys.Condition; n != nil && n.Kind != cfn.String {
		d.Error(diag.WrongType, path.Key("Condition"), "Condition is "+describe(n), "write the name of a condition")
	}
	if n := keys.DependsOn; n != nil && !isStrings(n) {
		d.Error(diag.WrongType, path.Key("DependsOn"), "DependsOn is "+describe(n), "write a logical ID or a list of logical IDs")
	}
	if n := keys.Metadata; n != nil && n.Kind != cfn.Map {
		d.Error(diag.WrongType, path.Key("Metadata"), "Metadata is "+describe(n), "write a map")
	}
	d.option(path.Key("DeletionPolicy"), keys.DeletionPolicy, "Delete", "Retain", "RetainExceptOnCreate")
	d.option(path.Key("UpdateReplacePolicy"), keys.UpdateReplacePolicy, "Delete", "Retain")
}

// option reports a text that is not one of the options of an attribute; Snapshot
// is for databases and volumes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
func (d *decoder) option(path cfn.Path, n *cfn.Node, options ...string) {
	if s, ok := n.AsString(); ok && !slices.Contains(options, s) {
		d.Error(diag.OutOfBounds, path, fmt.Sprintf("%s is %q", path[len(path)-1], s), choices(s, options, "it can be one of"))
	}
}

// isStrings reports whether n is a string or a list of strings.
func isStrings(n *cfn.Node) bool {
	for _, item := range n.Items {
		if item.Kind != cfn.String {
			return false
		}
	}
	return n.Kind == cfn.String || n.Kind == cfn.List
}

// physicalName holds the characters that names of queues and functions have in
// common.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
var physicalName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// name returns the prefix of physical names, as a String unless it is an
// intrinsic function call.
func (d *decoder) name(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	value, known := d.values.Resolve(n)
	if !known && !n.MayBeNothing() {
		return n
	}
	s, ok := value.AsScalar()
	switch {
	case !known:
		d.Error(diag.NotLiteral, path, "Name is AWS::NoValue under a condition, and whether there is one decides how queues are found", "write a name for both cases, or remove Name")
	case !ok:
		d.Error(diag.WrongType, path, "Name is "+describe(value), "write a string")
	case s == "":
		d.Error(diag.Required, path, "Name is empty", "write the prefix of all names, or remove Name to let CloudFormation name everything")
	case !physicalName.MatchString(s):
		d.Error(diag.PhysicalName, path, fmt.Sprintf("Name is %q", s), "use letters, digits, - and _ alone: it begins the names of queues and functions")
	case value != n:
		return n
	default:
		return &cfn.Node{Kind: cfn.String, Text: s, Range: n.Range}
	}
	return nil
}
