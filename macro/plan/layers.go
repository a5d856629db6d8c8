package plan

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

const (
	// layerName is the name under which template.yaml publishes StarJob's layer.
	layerName = "starjob"
	// layerParameter resolves to its ARN, wherever CloudFormation deploys.
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
	layerParameter = "{{resolve:ssm:/starjob/layer}}"
)

// layersOf returns the layers that the user gives a function. SAM puts those of
// Globals first.
func layersOf(values cfn.Values, f *Function) []*cfn.Node {
	own := items(values.List(f.Properties.Get("Layers")))
	return append(items(values.List(f.Job.Globals.Get("Layers"))), own...)
}

// items returns the items of a list that are not null or AWS::NoValue.
func items(n *cfn.Node) []*cfn.Node {
	if n == nil || n.Kind != cfn.List {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(n.Items), (*cfn.Node).IsNothing)
}

// isLayer reports whether a layer is a version of StarJob's: by its ARN, by the
// parameter that resolves to it, or as a resource of this template.
func (s Source) isLayer(n *cfn.Node) bool {
	if id, _ := n.Referent(); id != "" && strings.HasSuffix(s.TypeOf(id), "::LayerVersion") {
		name, _ := s.Values.Text(s.Template.At("Resources", id, "Properties", "LayerName"))
		return name == layerName
	}
	text := s.Values.Visible(n)
	parameter := strings.TrimSuffix(layerParameter, "}}")
	return strings.Contains(text, ":layer:"+layerName+":") || strings.HasPrefix(text, parameter)
}
