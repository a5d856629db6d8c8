package job

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// decoder decodes the jobs of one template.
type decoder struct {
	*cfn.Problems
	template *cfn.Node
	values   cfn.Values
}

// reportAt notes a problem of a place of its own, such as a key's.
func (d *decoder) reportAt(place diag.Range, code diag.Code, path cfn.Path, what, fix string) {
	d.Add(diag.Diagnostic{Code: code, Path: path.String(), Range: place, Problem: what, Fix: fix})
}

// inOrder sorts problems in the order of the source, whenever they were found;
// without a source, as in CloudFormation, they stay in the order of the checks.
func inOrder(problems diag.List) diag.List {
	slices.SortStableFunc(problems, func(a, b diag.Diagnostic) int {
		x, y := a.Range.Start, b.Range.Start
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	return problems
}

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
	return jobs, inOrder(d.List())
}

// resource returns nil for a resource that is no job.
func (d *decoder) resource(path cfn.Path, n *cfn.Node) *Job {
	name, _ := n.Get("Type").AsString()
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
		if name, _ := n.Get("Type").AsString(); name != Type {
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
	d.checkForm(j)
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
	d.keys(path, jobTable, n, &keys)
	return keys, true
}
