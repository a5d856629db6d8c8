package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// The types that a prototype may have.
const (
	serverlessFunction = "AWS::Serverless::Function"
	lambdaFunction     = "AWS::Lambda::Function"
)

// howToName is the fix for a Function that names no function.
const howToName = "write Function: !Ref to an " + serverlessFunction + " or " + lambdaFunction + " of this template"

const inlineExample = "Function: {Runtime: provided.al2023, Code: {S3Bucket: …, S3Key: …}} or {Code: {ImageUri: …}, PackageType: Image}"

// function decodes the job's Function. It leaves the properties of the inline
// form in job.Function, for the steps to merge with, and nothing of a reference.
func (d *decoder) function(j *Job, path cfn.Path, job *jobKeys) {
	n := job.Function
	job.Function = nil
	name, isRef := reference(n)
	_, _, isCall := n.Intrinsic()
	switch {
	case n == nil:
		d.report(diag.Required, path[:len(path)-1], "the job has no Function, so it has no code",
			howToName+", which holds the code; or give properties that name uploaded code: "+inlineExample)
	case isRef:
		d.prototype(j, path, name)
	case isCall:
		d.report(diag.NotLiteral, path, "Function is "+describe(n)+", and StarJob has to know the function before anything is evaluated", d.refInstead(n))
	case n.Kind != cfn.Map:
		d.report(diag.WrongType, path, "Function is "+describe(n), howToName+", or a map of a function's properties")
	default:
		job.Function = n
		d.localPaths(path, n)
		d.strays(path, n, functionProperties)
		d.takeEvents(path, &job.settings)
		j.Inline = job.Function
	}
}

// reference returns the logical ID that a Function refers to: !Ref X, or X.
func reference(n *cfn.Node) (logicalID string, ok bool) {
	if logicalID, ok = n.AsRef(); !ok {
		logicalID, ok = n.AsString()
	}
	return logicalID, ok
}

// refInstead is the fix for another reference to a function than Ref.
func (d *decoder) refInstead(n *cfn.Node) string {
	if id, _, ok := n.AsGetAtt(); ok && d.isFunction(id) {
		return "write !Ref " + id
	}
	return howToName
}

// prototype finds the resource that the job's functions are copies of.
func (d *decoder) prototype(j *Job, path cfn.Path, name string) {
	resource := d.template.At("Resources", name)
	if d.isFunction(name) {
		j.Prototype, j.PrototypeResource = name, resource
		if !resource.At("Properties", "FunctionName").IsNothing() {
			d.sharedName(cfn.Path{"Resources", name, "Properties", "FunctionName"}, "every function of a job is a copy of "+name)
		}
		return
	}
	switch {
	case strings.HasPrefix(name, ".") || strings.Contains(name, "/"):
		d.localPath(path, name)
	case strings.HasPrefix(name, "arn:"):
		d.report(diag.NoPrototype, path, fmt.Sprintf("Function is %q: StarJob deploys copies of a function, for which it needs the function's properties", name), howToName)
	case resource != nil:
		d.report(diag.NoPrototype, path, fmt.Sprintf("Function refers to %s, whose Type is %s", name, describe(resource.Get("Type"))), howToName)
	case d.template.At("Parameters", name) != nil:
		d.report(diag.NoPrototype, path, "Function refers to "+name+", which is a parameter", howToName)
	default:
		d.report(diag.NoPrototype, path, fmt.Sprintf("the template has no function %q", name), d.functionChoices(name))
	}
}

func (d *decoder) isFunction(id string) bool { return isFunction(d.template.At("Resources", id)) }

func isFunction(resource *cfn.Node) bool {
	typ, _ := resource.Get("Type").AsString()
	return typ == serverlessFunction || typ == lambdaFunction
}

func (d *decoder) functionChoices(name string) string {
	if id, _, dotted := strings.Cut(name, "."); dotted && d.isFunction(id) {
		return "write !Ref " + id
	}
	var functions []string
	for _, e := range d.template.Get("Resources").Entries {
		if isFunction(e.Value) {
			functions = append(functions, e.Key)
		}
	}
	if len(functions) == 0 {
		return "add an " + serverlessFunction + " with the code, and refer to it: Function: !Ref Code"
	}
	return choices(name, functions, "its functions are")
}

func (d *decoder) sharedName(path cfn.Path, why string) {
	d.report(diag.SharedName, path, fmt.Sprintf("FunctionName is %s, but %s, and two functions cannot have one name", describe(d.template.Find(path)), why),
		"remove it; give the job a Name, which begins the names of all its functions")
}

// stepFunction checks a step's Function and moves its SQS events to
// EventSource.
func (d *decoder) stepFunction(path cfn.Path, s *settings) {
	s.Function = d.ownFunction(path, s.Function)
	d.takeEvents(path, s)
}

// ownFunction returns the Map that n, a step's or the generate function's
// Function, must be.
func (d *decoder) ownFunction(path cfn.Path, n *cfn.Node) *cfn.Node {
	if _, isRef := reference(n); isRef {
		d.report(diag.WrongType, path, "Function is "+describe(n)+", but only the job's own Function refers to a function", "write a map of the properties in which this function differs from it")
		return nil
	}
	if n = d.properties(path, n); n != nil {
		d.localPaths(path, n)
		d.strays(path, n, functionProperties)
	}
	return n
}

// MergeFunction returns the properties over laid on base, as [cfn.Merge] does it.
// Policies replace: a policy document or template is a value, and two of them
// merged would be none. So does code of another kind: a function has code from
// one place. Neither argument is changed; either may be nil.
func MergeFunction(base, over *cfn.Node) *cfn.Node {
	merged := cfn.Merge(withoutCode(base, over), over)
	if own := over.Get("Policies"); own != nil {
		merged.Set("Policies", own.Clone())
	}
	return merged
}
