package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// referToFunction is the fix for a Function that does not name a function.
const referToFunction = "set Function to !Ref of an " + cfn.TypeServerlessFunction + " or " + cfn.TypeFunction + " of this template"

const uploadedExample = "{Runtime: provided.al2023, Code: {S3Bucket: …, S3Key: …}} or {Code: {ImageUri: …}, PackageType: Image}"

// function decodes the job's Function. It leaves the properties of the inline
// form in job.Function, into which those of the steps are merged; a reference
// leaves nil.
func (d *decoder) function(j *Job, path cfn.Path, job *jobKeys) {
	n := job.Function
	job.Function = nil
	name, isRef := reference(n)
	_, _, isCall := n.Intrinsic()
	switch {
	case n == nil:
		d.Error(diag.Required, path[:len(path)-1], "the job has no Function, so it has no code",
			referToFunction+", or to properties that name uploaded code: "+uploadedExample)
	case isRef:
		d.prototype(j, path, name)
	case isCall:
		d.Error(diag.NotLiteral, path, "Function is "+describe(n)+unevaluated, d.refInstead(n))
	case n.Kind != cfn.Map:
		d.Error(diag.WrongType, path, "Function is "+describe(n), referToFunction+", or to a map of function properties")
	default:
		job.Function = n
		checkLocalPaths(d, path, n)
		warnOfUnknownKeys(d.Problems, path, n, functionProperties)
		d.moveEvents(path, &job.settings)
		j.Inline = job.Function
	}
}

// refInstead is the fix for a reference to a function that is not a Ref.
func (d *decoder) refInstead(n *cfn.Node) string {
	if id, _, ok := n.AsGetAtt(); ok && d.isFunction(id) {
		return "use !Ref " + id
	}
	return referToFunction
}

// prototype finds the resource that the job's functions are copies of.
func (d *decoder) prototype(j *Job, path cfn.Path, name string) {
	resource := d.template.At("Resources", name)
	if d.isFunction(name) {
		j.Prototype, j.PrototypeResource = name, resource
		if !resource.At("Properties", "FunctionName").IsNothing() {
			d.sharedName(cfn.Path{"Resources", name, "Properties", "FunctionName"}, "all copies of "+name)
		}
		return
	}
	switch {
	case strings.HasPrefix(name, ".") || strings.Contains(name, "/"):
		reportLocalPath(d, path, name)
	case strings.HasPrefix(name, "arn:"):
		d.Error(diag.NoPrototype, path, fmt.Sprintf("Function is %q, but StarJob needs the function's properties to deploy copies of it", name), referToFunction)
	case resource != nil:
		d.Error(diag.NoPrototype, path, fmt.Sprintf("Function refers to %s, and its Type is %s", name, describe(resource.Get("Type"))), referToFunction)
	case d.template.At("Parameters", name) != nil:
		d.Error(diag.NoPrototype, path, "Function refers to "+name+", a parameter", referToFunction)
	default:
		d.Error(diag.NoPrototype, path, fmt.Sprintf("Function refers to %q, which is not in the template", name), d.functionChoices(name))
	}
}

func (d *decoder) functionChoices(name string) string {
	if id, _, dotted := strings.Cut(name, "."); dotted && d.isFunction(id) {
		return "use !Ref " + id
	}
	var functions []string
	for _, e := range d.template.Get("Resources").Entries {
		if isFunction(e.Value) {
			functions = append(functions, e.Key)
		}
	}
	if len(functions) == 0 {
		return "add an " + cfn.TypeServerlessFunction + " with the code, and refer to it with !Ref"
	}
	return choices(name, functions)
}

// sharedName reports a FunctionName that several functions would have.
func (d *decoder) sharedName(path cfn.Path, functions string) {
	d.Error(diag.SharedName, path, fmt.Sprintf("FunctionName is %s, which %s would share", describe(d.template.Find(path)), functions),
		"remove it, and set the job's Name, the prefix of all function names")
}

// stepFunction checks a step's Function and moves its SQS events to
// EventSource.
func (d *decoder) stepFunction(path cfn.Path, s *settings) {
	s.Function = d.ownFunction(path, s.Function)
	d.moveEvents(path, s)
}

// ownFunction returns the Map that n, a step's or the generate function's
// Function, must be.
func (d *decoder) ownFunction(path cfn.Path, n *cfn.Node) *cfn.Node {
	if _, isRef := reference(n); isRef {
		d.Error(diag.WrongType, path, "Function is "+describe(n)+", but only the job's Function can refer to a function", "use a map of the properties that differ from the job's Function")
		return nil
	}
	if n = d.properties(path, n); n != nil {
		checkLocalPaths(d, path, n)
		warnOfUnknownKeys(d.Problems, path, n, functionProperties)
	}
	return n
}

// moveEvents moves the SQS event of s.Function, if there is one, to
// s.EventSource, where existing properties win. The event's Queue is ignored: a step's
// function reads the step's queue. The other properties have the same names in an
// event source mapping.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html
func (d *decoder) moveEvents(path cfn.Path, s *settings) {
	events := s.Function.Get("Events")
	path = path.Key("Events")
	var source *cfn.Node
	var found []string
	rest := keepEvents(path, events, func(at cfn.Path, event *cfn.Node) bool {
		if kind, _ := event.Get("Type").AsString(); kind != "SQS" {
			return true
		}
		found = append(found, at[len(at)-1])
		if source == nil {
			source = d.properties(at.Key("Properties"), given(event.Get("Properties"))).OrElse(cfn.NewMap())
		}
		return false
	})
	if len(found) == 0 {
		return
	}
	if len(found) > 1 {
		d.Error(diag.Structure, path, "Events has several events of type SQS: "+strings.Join(found, ", "), "keep one; a step has one queue")
	}
	s.Function, source = s.Function.Clone(), source.Clone()
	s.Function.Set("Events", rest)
	if len(rest.Items)+len(rest.Entries) == 0 {
		s.Function.Delete("Events")
	}
	source.Delete("Queue")
	s.EventSource = cfn.Merge(source, s.EventSource)
}

// keepEvents returns the events, a Map or a List, for which keep is true.
func keepEvents(path cfn.Path, events *cfn.Node, keep func(cfn.Path, *cfn.Node) bool) *cfn.Node {
	if events == nil {
		return nil
	}
	rest := &cfn.Node{Kind: events.Kind, Text: events.Text, Range: events.Range}
	for i, item := range events.Items {
		if keep(path.Index(i), item) {
			rest.Items = append(rest.Items, item.Clone())
		}
	}
	for _, e := range events.Entries {
		if keep(path.Key(e.Key), e.Value) {
			rest.Entries = append(rest.Entries, cfn.Entry{Key: e.Key, KeyRange: e.KeyRange, Value: e.Value.Clone()})
		}
	}
	return rest
}
