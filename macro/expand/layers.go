package expand

import (
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

const (
	// maxLayers is how many layers a function may have.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	maxLayers = 5
	// layerName is the name under which template.yaml publishes StarJob's layer.
	layerName = "starjob"
	// layerParameter leads to its ARN, wherever CloudFormation deploys.
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
	layerParameter = "{{resolve:ssm:/starjob/layer}}"
)

// layers are those that the user gives a function. SAM puts those of Globals
// before the function's own.
func (p *plan) layers(f *function) []*cfn.Node {
	own := items(p.list(f.properties.Get("Layers")))
	return append(items(p.list(p.globals.Get("Layers"))), own...)
}

// items are those of a list that stand for something.
func items(n *cfn.Node) []*cfn.Node {
	if n == nil || n.Kind != cfn.List {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(n.Items), (*cfn.Node).IsNothing)
}

// setLayers adds StarJob's layer, which holds the dispatcher, unless the user
// has done so. What stands for no layers goes: SAM would let it hide Globals.
func (p *plan) setLayers(f *function, properties *cfn.Node) {
	if !f.language.dispatched() {
		return
	}
	layers := p.list(properties.Get("Layers")).Clone()
	if layers == nil || layers.Kind != cfn.List {
		properties.Delete("Layers")
		layers = cfn.NewList()
	}
	if !slices.ContainsFunc(p.layers(f), p.isLayer) {
		layers.Items = append(layers.Items, cfn.NewString(p.layer))
		properties.Set("Layers", layers)
	}
}

// isLayer tells whether a layer is a version of StarJob's: by its ARN, by the
// parameter that leads to it, or as a resource of this template.
func (e *expansion) isLayer(n *cfn.Node) bool {
	if id, _ := referent(n); id != "" && strings.HasSuffix(e.kind(id), "::LayerVersion") {
		name, _ := e.text(e.input.At("Resources", id, "Properties", "LayerName"))
		return name == layerName
	}
	text := e.visible(n)
	parameter := strings.TrimSuffix(layerParameter, "}}")
	return strings.Contains(text, ":layer:"+layerName+":") || strings.HasPrefix(text, parameter)
}

// checkLayers reports layers to which StarJob's cannot be added.
func (p *plan) checkLayers(f *function) {
	if !f.language.dispatched() {
		return
	}
	path := p.at(f.path, "Function", "Layers")
	for _, n := range []*cfn.Node{f.properties.Get("Layers"), p.globals.Get("Layers")} {
		switch n = p.list(n); {
		case n.IsNothing() || n.Kind == cfn.List:
		case isCall(n):
			p.report(diag.NotLiteral, path, "Layers is an intrinsic function's as a whole, and StarJob adds its layer before anything is evaluated", "write the list out, with intrinsic functions as its items")
		default:
			p.report(diag.WrongType, path, "Layers is not a list", "write a list of ARNs")
		}
	}
	layers := p.layers(f)
	count := len(layers)
	if !slices.ContainsFunc(layers, p.isLayer) {
		count++
	}
	if count > maxLayers {
		p.report(diag.Layers, path, fmt.Sprintf("the function has %d layers with StarJob's, and Lambda takes %d", count, maxLayers), "put what some of them hold into one, or into the code")
	}
}
