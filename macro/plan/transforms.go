package plan

import "github.com/serverless-star/starjob/macro/cfn"

// Names of transforms in the Transform section.
const (
	TransformStarJob            = "StarJob"
	TransformServerless         = "AWS::Serverless-2016-10-31"
	TransformLanguageExtensions = "AWS::LanguageExtensions"
)

// Transforms is the Transform section of a template, split at StarJob.
type Transforms struct {
	// Listed reports whether StarJob is in the section. CloudFormation does not send
	// the section to macros.
	Listed bool
	// Before are the names of the transforms before StarJob; of all transforms if it
	// is not listed.
	Before map[string]bool
	// Others are the entries of the section except StarJob's. They are nodes of the
	// template.
	Others []*cfn.Node
}

// ReadTransforms reads the Transform section of a template.
func ReadTransforms(template *cfn.Node) Transforms {
	t := Transforms{Before: map[string]bool{}}
	for _, n := range template.Get("Transform").Listed() {
		name := TransformName(n)
		if name == TransformStarJob {
			t.Listed = true
			continue
		}
		if !t.Listed {
			t.Before[name] = true
		}
		t.Others = append(t.Others, n)
	}
	return t
}

// TransformName returns the name of a transform, which is written as a string or as
// {Name: …, Parameters: …}.
func TransformName(n *cfn.Node) string {
	if name, ok := n.Get("Name").AsString(); ok {
		return name
	}
	name, _ := n.AsString()
	return name
}
