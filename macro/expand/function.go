package expand

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

const (
	// defaultTimeout is a function's timeout in seconds where nobody gives one:
	// Lambda's own 3 seconds are too short for a batch.
	defaultTimeout = 60
	// maxTimeout is Lambda's longest timeout in seconds: what an unknown one
	// counts as.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	maxTimeout = 900
	// maxManagedTimeout is the longest of a function on Managed Instances.
	maxManagedTimeout = 5400
)

// function is a function of the result: a step's, or the generate function.
type function struct {
	base      string // begins its logical IDs
	name      string // ends its physical name
	path      cfn.Path
	handler   string
	language  language
	step      *step   // nil for the generate function
	targets   []*step // that it may generate items for
	recursive bool    // it can reach itself through what it generates
	tags      []job.Tag
	retention *cfn.Node

	// properties are what the user gives, with the prototype's.
	properties *cfn.Node
	// effective are the properties with those of Globals, which SAM will lay
	// under them.
	effective *cfn.Node
	// timeout is in seconds; 0 if it cannot be known.
	timeout int
	role    role
}

func (f *function) id() string { return f.base + "Function" }

// countedTimeout is the timeout to reckon with, in seconds.
func (f *function) countedTimeout() int {
	if f.timeout == 0 {
		return maxTimeout
	}
	return f.timeout
}

// planFunction decides a function with the properties that the user gives, which
// become the function's own.
func (p *plan) planFunction(f *function, properties *cfn.Node) *function {
	f.properties = properties
	p.deleteNothing(f.properties)
	if !p.serverless {
		useImage(f.properties)
	}
	f.effective = f.properties
	if p.globals != nil {
		f.effective = cfn.Merge(p.globals, f.properties)
	}
	f.language = p.languageOf(f)
	f.handler = p.handlerOf(f)
	f.timeout = defaultTimeout
	if n := f.effective.Get("Timeout"); n != nil {
		f.timeout, _ = p.integer(n)
	}
	f.role = p.planRole(f)
	p.physical(f.properties, "FunctionName", f.name)
	return f
}

// deciding are the properties that decide something, or for which StarJob has a
// value of its own.
var deciding = []string{"AutoPublishAlias", "Environment", "LoggingConfig", "RecursiveLoop", "Timeout"}

// deleteNothing removes from a function what stands for nothing, which SAM would
// take for something: a step may so do without what its prototype has. Where
// Globals has it, it may be meant to hide that, unless StarJob has to know.
func (p *plan) deleteNothing(properties *cfn.Node) {
	for _, name := range properties.Keys() {
		if !p.globals.Has(name) || slices.Contains(deciding, name) {
			properties.DeleteNothing(name)
		}
	}
	properties.Get("Environment").DeleteNothing("Variables")
	properties.Get("LoggingConfig").DeleteNothing("LogGroup")
}

// sharedBySteps are the properties that the functions of all steps begin with.
// What kicks a prototype off from outside is for the generate function alone: the
// prototype stands for the whole job.
func (p *plan) sharedBySteps() *cfn.Node {
	properties := p.common().Clone()
	if p.PrototypeResource != nil {
		for _, name := range kickOffs {
			properties.Delete(name)
		}
	}
	return properties
}

// common are the properties of the prototype, or those that the job writes out;
// nil for none.
func (p *plan) common() *cfn.Node {
	if p.PrototypeResource != nil {
		return p.PrototypeResource.Get("Properties")
	}
	return p.Inline
}

// kickOffs are the properties of a prototype by which a function is invoked from
// outside.
var kickOffs = []string{"Events", "FunctionUrlConfig"}

// functionResources are a function, its role or what is attached to the user's,
// and its log group.
func (p *plan) functionResources(f *function) []cfn.Entry {
	resources := []cfn.Entry{cfn.E(f.id(), p.functionResource(f))}
	switch f.role.kind {
	case roleMade:
		resources = append(resources, cfn.E(f.role.id, p.roleResource(f)))
	case roleAttached:
		resources = append(resources, cfn.E(f.policyID(), p.policyResource(f)))
	}
	if f.makesLogs() {
		resources = append(resources, cfn.E(f.logsID(), logsResource(f)))
	}
	return resources
}

func (p *plan) functionResource(f *function) *cfn.Node {
	properties := f.properties.Clone()
	kind := functionType
	if p.serverless {
		kind = serverlessType
	}
	if p.image(f) {
		properties.Delete("Handler") // Lambda refuses one
	} else {
		properties.Set("Handler", cfn.NewString(f.handler))
	}
	f.setDefault(properties, "Timeout", cfn.NewInt(defaultTimeout))
	if f.recursive {
		f.setDefault(properties, "RecursiveLoop", cfn.NewString("Allow"))
	}
	p.setEnvironment(f, properties)
	p.setLayers(f, properties)
	f.setLogs(properties)
	p.setRole(f, properties)
	if p.serverless {
		addTagMap(properties, f.tags)
	} else {
		addTags(properties, f.tags)
	}
	r := cfn.NewMap(cfn.E("Type", cfn.NewString(kind)), cfn.E("Properties", properties))
	p.copyAttributes(r)
	return r
}

// setDefault gives a property a value where neither the user nor Globals does.
func (f *function) setDefault(properties *cfn.Node, name string, value *cfn.Node) {
	if n := f.effective.Get(name); n.MayBeNothing() {
		properties.Set(name, n.OrElse(value))
	}
}

// useImage writes an image as CloudFormation wants it where the user writes it
// as SAM does.
func useImage(properties *cfn.Node) {
	if uri := properties.Get("ImageUri"); uri != nil {
		properties.Set("Code", cfn.NewMap(cfn.E("ImageUri", uri)))
		properties.Delete("ImageUri")
	}
	if properties.Get("Code").Has("ImageUri") {
		properties.Default("PackageType", cfn.NewString("Image"))
	}
}

// image tells whether a function is a container image.
func (p *plan) image(f *function) bool {
	kind, _ := p.text(f.effective.Get("PackageType"))
	return kind == "Image" || f.effective.Has("ImageUri") || f.effective.Get("Code").Has("ImageUri")
}
