package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// howToName is the fix for a Function that names no function.
const howToName = "write Function: !Ref to an " + cfn.TypeServerlessFunction + " or " + cfn.TypeFunction + " of this template"

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
		d.Error(diag.Required, path[:len(path)-1], "the job has no Function, so it has no code",
			howToName+", which holds the code; or give properties that name uploaded code: "+inlineExample)
	case isRef:
		d.prototype(j, path, name)
	case isCall:
		d.Error(diag.NotLiteral, path, "Function is "+describe(n)+", and StarJob has to know the function before anything is evaluated", d.refInstead(n))
	case n.Kind != cfn.Map:
		d.Error(diag.WrongType, path, "Function is "+describe(n), howToName+", or a map of a function's properties")
	default:
		job.Function = n
		checkLocalPaths(d, path, n)
		warnOfUnknownKeys(d.Problems, path, n, functionProperties)
		d.moveEvents(path, &job.settings)
		j.Inline = job.Function
	}
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
		reportLocalPath(d, path, name)
	case strings.HasPrefix(name, "arn:"):
		d.Error(diag.NoPrototype, path, fmt.Sprintf("Function is %q: StarJob deploys copies of a function, for which it needs the function's properties", name), howToName)
	case resource != nil:
		d.Error(diag.NoPrototype, path, fmt.Sprintf("Function refers to %s, whose Type is %s", name, describe(resource.Get("Type"))), howToName)
	case d.template.At("Parameters", name) != nil:
		d.Error(diag.NoPrototype, path, "Function refers to "+name+", which is a parameter", howToName)
	default:
		d.Error(diag.NoPrototype, path, fmt.Sprintf("the template has no function %q", name), d.functionChoices(name))
	}
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
		return "add an " + cfn.TypeServerlessFunction + " with the code, and refer to it: Function: !Ref Code"
	}
	return choices(name, functions, "its functions are")
}

func (d *decoder) sharedName(path cfn.Path, why string) {
	d.Error(diag.SharedName, path, fmt.Sprintf("FunctionName is %s, but %s, and two functions cannot have one name", describe(d.template.Find(path)), why),
		"remove it; give the job a Name, which begins the names of all its functions")
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
		d.Error(diag.WrongType, path, "Function is "+describe(n)+", but only the job's own Function refers to a function", "write a map of the properties in which this function differs from it")
		return nil
	}
	if n = d.properties(path, n); n != nil {
		checkLocalPaths(d, path, n)
		warnOfUnknownKeys(d.Problems, path, n, functionProperties)
	}
	return n
}

// moveEvents moves the SQS event of s.Function, if there is one, to
// s.EventSource, where what the template writes wins. Its Queue is dropped: a
// step's function reads the step's own queue. The names of the other properties
// are those of the event source mapping.
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
		d.Error(diag.Structure, path, "Events has more than one event of type SQS: "+strings.Join(found, ", "), "keep one: a step has one queue")
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
