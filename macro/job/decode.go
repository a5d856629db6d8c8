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
// and all that is wrong with them. A plain Ref to a parameter of which the value
// is known counts as that value where StarJob has to know a value before
// deployment. The template is not changed.
//
// Where the list has errors, the jobs lack what could not be decoded, steps and
// prototypes too; what a Job says is never nil is not nil even then.
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

// resource returns nil for a resource that is no job.
func (d *decoder) resource(path cfn.Path, n *cfn.Node) *Job {
	name := n.ResourceType()
	switch {
	case strings.HasPrefix(path[1], cfn.ForEach):
		d.inForEach(path, n)
	case name == Type:
		return d.job(path, n)
	case strings.EqualFold(name, Type):
		d.Error(diag.Structure, path.Key("Type"), fmt.Sprintf("no resource has the type %q", name), "did you mean "+Type+"?")
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
			"a "+Type+" stands in "+path[1]+", but CloudFormation runs the StarJob macro before AWS::LanguageExtensions writes loops out, so the job has no logical ID yet",
			"write each job out as a resource of its own, or put what differs into its steps")
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

// jobProperties returns what a job's Properties hold, and false if there are
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
