package job

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Decode returns every [Type] resource of a template, in the template's order,
// and every problem found in them. Where StarJob must know a value before
// deployment, a plain Ref to a parameter with a known value counts as that value.
// The template is not changed.
//
// If the list has errors, the jobs lack everything that could not be decoded,
// which may be a step or the prototype. Fields documented as never nil are not nil
// even then.
func Decode(template *cfn.Node, values cfn.Values) ([]*Job, diag.List) {
	d := &decoder{Problems: cfn.NewProblems(template, nil), template: template, values: values}
	var jobs []*Job
	if resources := template.Get("Resources"); resources != nil {
		for _, e := range resources.Entries {
			if j := d.resource(cfn.Path{"Resources", e.Key}, e.Value); j != nil {
				jobs = append(jobs, j)
			}
		}
	}
	return jobs, cfn.InOrder(d.List())
}

// resource returns nil for a resource that is not a job.
func (d *decoder) resource(path cfn.Path, n *cfn.Node) *Job {
	name := n.ResourceType()
	switch {
	case strings.HasPrefix(path[1], cfn.ForEach):
		d.inForEach(path, n)
	case name == Type:
		return d.job(path, n)
	case strings.EqualFold(name, Type):
		d.Error(diag.Structure, path.Key("Type"), fmt.Sprintf("%q is not a resource type", name), "did you mean "+Type+"?")
	}
	return nil
}

// inForEach reports the jobs in a loop over resources.
func (d *decoder) inForEach(path cfn.Path, loop *cfn.Node) {
	loop.Walk(path, func(at cfn.Path, n *cfn.Node) bool {
		if n.ResourceType() != Type {
			return true
		}
		d.Error(diag.InForEach, slices.Clone(at), // Walk goes on to use the path
			"a "+Type+" is inside "+path[1]+"; CloudFormation runs StarJob before it expands loops, so the job has no logical ID yet",
			"write each job as a separate resource, or create one job with several steps")
		return false
	})
}

func (d *decoder) job(path cfn.Path, resource *cfn.Node) *Job {
	j := &Job{LogicalID: path[1], Path: path, Resource: resource}
	d.attributes(path, resource)
	path = path.Key("Properties")
	keys, ok := d.jobProperties(path, resource)
	j.MaxDepth = d.number(path.Key("MaxDepth"), keys.MaxDepth, depthBounds).OrElse(cfn.NewInt(DefaultMaxDepth))
	if !ok {
		return j
	}
	j.Name = d.name(path.Key("Name"), keys.Name)
	d.function(j, path.Key("Function"), &keys)
	d.settings(path, &keys.settings)
	d.steps(j, path.Key("Steps"), &keys)
	d.generate(j, path.Key("Generate"), &keys)
	checkForm(d, j)
	return j
}

// jobProperties returns the keys of a job's Properties, and false if there are
// none to read.
func (d *decoder) jobProperties(path cfn.Path, resource *cfn.Node) (keys jobKeys, ok bool) {
	n := given(resource.Get("Properties"))
	if n == nil {
		d.Error(diag.Required, path[:len(path)-1], "the job has no Properties", "add Properties with Function and Steps")
		return keys, false
	}
	if n = d.properties(path, n); n == nil {
		return keys, false
	}
	decodeKeys(d.Problems, path, jobTable, n, &keys)
	return keys, true
}

// attributes checks the resource's attributes, which go to everything that is
// generated from it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html
func (d *decoder) attributes(path cfn.Path, resource *cfn.Node) {
	var keys resourceKeys
	decodeKeys(d.Problems, path, resourceTable, resource, &keys)
	if n := keys.Condition; n != nil && n.Kind != cfn.String {
		d.Error(diag.WrongType, path.Key("Condition"), "Condition is "+describe(n), "use the name of a condition")
	}
	if n := keys.DependsOn; n != nil && !isStrings(n) {
		d.Error(diag.WrongType, path.Key("DependsOn"), "DependsOn is "+describe(n), "use a logical ID or a list of logical IDs")
	}
	if n := keys.Metadata; n != nil && n.Kind != cfn.Map {
		d.Error(diag.WrongType, path.Key("Metadata"), "Metadata is "+describe(n), "use a map")
	}
	d.option(path.Key("DeletionPolicy"), keys.DeletionPolicy, "Delete", "Retain", "RetainExceptOnCreate")
	d.option(path.Key("UpdateReplacePolicy"), keys.UpdateReplacePolicy, "Delete", "Retain")
}

// option reports a string that is not one of the options of an attribute. Snapshot
// is not among them: it applies to databases and volumes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
func (d *decoder) option(path cfn.Path, n *cfn.Node, options ...string) {
	if s, ok := n.AsString(); ok && !slices.Contains(options, s) {
		d.Error(diag.OutOfBounds, path, fmt.Sprintf("%s is %q (allowed: %s)", path[len(path)-1], s, strings.Join(options, ", ")), choices(s, options))
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
		d.Error(diag.NotLiteral, path, "Name is AWS::NoValue in one branch of Fn::If, and how functions find queues depends on whether Name is set", "set a name in both branches, or remove Name")
	case !ok:
		d.Error(diag.WrongType, path, "Name is "+describe(value), "use a string")
	case s == "":
		d.Error(diag.Required, path, "Name is empty", "set the prefix of all names, or remove Name so that CloudFormation chooses names")
	case !physicalName.MatchString(s):
		d.Error(diag.PhysicalName, path, fmt.Sprintf("Name is %q (allowed: letters, digits, - and _)", s), "use only letters, digits, - and _; Name is the prefix of queue and function names")
	case value != n:
		return n
	default:
		return &cfn.Node{Kind: cfn.String, Text: s, Range: n.Range}
	}
	return nil
}
