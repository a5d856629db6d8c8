package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/job"
)

// Transforms, by the names that the Transform section has for them.
const (
	transformName       = "StarJob"
	serverlessTransform = "AWS::Serverless-2016-10-31"
	languageExtensions  = "AWS::LanguageExtensions"
)

const rightOrder = "write Transform: [StarJob, " + languageExtensions + ", " + serverlessTransform + "], without those that you do not need"

// transform takes StarJob out of the Transform section, as CloudFormation does
// before it calls a macro, and checks that it was there in the right place.
func (e *expansion) transform(jobs []*job.Job, fragment bool) {
	path := cfn.Path{"Transform"}
	section := e.template.Get("Transform")
	rest, before := cfn.NewList(), map[string]bool{}
	found := false
	for _, n := range listed(section) {
		name := transformOf(n)
		if name == transformName {
			found = true
			continue
		}
		if !found {
			before[name] = true
		}
		rest.Items = append(rest.Items, n)
	}
	if !found {
		if len(jobs) > 0 && !fragment {
			e.report(diag.Transform, path, "the template has a "+job.Type+", and its Transform section lacks StarJob, so CloudFormation would not know the type", rightOrder)
		}
		return
	}
	e.order(jobs, before)
	e.needsSAM(jobs, rest)
	if len(rest.Items) == 0 {
		e.template.Delete("Transform")
		return
	}
	rest.Range = section.Range
	e.template.Set("Transform", rest)
}

// needsSAM reports a prototype that nobody would translate.
func (e *expansion) needsSAM(jobs []*job.Job, rest *cfn.Node) {
	for _, n := range rest.Items {
		if transformOf(n) == serverlessTransform {
			return
		}
	}
	for _, j := range jobs {
		if e.kind(j.Prototype) == serverlessType {
			e.report(diag.Transform, cfn.Path{"Transform"}, "the prototype "+j.Prototype+" is an "+serverlessType+", and the Transform section lacks "+serverlessTransform+", so CloudFormation would not know the type", rightOrder)
		}
	}
}

// transformOf is the name of a transform: a text, or {Name: …, Parameters: …}.
func transformOf(n *cfn.Node) string {
	if name, ok := n.Get("Name").AsString(); ok {
		return name
	}
	name, _ := n.AsString()
	return name
}

// order reports what runs before StarJob and should not.
func (e *expansion) order(jobs []*job.Job, before map[string]bool) {
	path := cfn.Path{"Transform"}
	if before[languageExtensions] {
		e.warn(diag.Transform, path, languageExtensions+" stands before StarJob, and AWS wants its own transforms after all others", rightOrder)
	}
	if !before[serverlessTransform] {
		return
	}
	for _, j := range jobs {
		if e.kind(j.Prototype) == serverlessType {
			e.warn(diag.SharedRole, path, "SAM stands before StarJob, so it turns "+j.Prototype+" into a function with one role, which all functions of "+j.LogicalID+" then share with all their rights; what is shown here has a role for each", rightOrder)
		}
	}
}
