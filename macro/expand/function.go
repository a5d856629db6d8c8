package expand

import (
	"slices"

	"github.com/awslabs/goformation/v7/cloudformation/logs"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// functionResources returns a function, its role or the policy for the user's role,
// and its log group.
func functionResources(p *plan.Plan, f *plan.Function) []cfn.Entry {
	resources := []cfn.Entry{cfn.E(f.LogicalID, functionResource(p, f))}
	switch f.Role.Kind {
	case plan.RoleMade:
		resources = append(resources, cfn.E(f.Role.LogicalID, roleResource(p, f)))
	case plan.RoleAttached:
		resources = append(resources, cfn.E(f.PolicyID, policyResource(p, f)))
	}
	if f.MakesLogs() {
		resources = append(resources, cfn.E(f.LogsID, logsResource(f)))
	}
	return resources
}

func functionResource(p *plan.Plan, f *plan.Function) *cfn.Node {
	properties := f.Properties.Clone()
	kind := cfn.TypeFunction
	if f.Job.Serverless {
		kind = cfn.TypeServerlessFunction
	}
	if f.Image {
		properties.Delete("Handler") // Lambda refuses one
	} else {
		properties.Set("Handler", cfn.NewString(f.Handler))
	}
	setDefault(f, properties, "Timeout", cfn.NewInt(plan.DefaultTimeoutSeconds))
	if f.Recursive {
		setDefault(f, properties, "RecursiveLoop", cfn.NewString("Allow"))
	}
	setEnvironment(f, properties)
	setLayers(p, f, properties)
	setLogs(f, properties)
	setRole(p, f, properties)
	if f.Job.Serverless {
		addTagMap(properties, f.Tags)
	} else {
		addTags(properties, f.Tags)
	}
	r := cfn.NewMap(cfn.E("Type", cfn.NewString(kind)), cfn.E("Properties", properties))
	copyAttributes(f.Job, r)
	return r
}

// setDefault sets a property unless the user or Globals does, in every branch.
func setDefault(f *plan.Function, properties *cfn.Node, name string, value *cfn.Node) {
	if n := f.Effective.Get(name); n.MayBeNothing() {
		properties.Set(name, n.OrElse(value))
	}
}

// setEnvironment adds StarJob's variables to the user's. They replace variables of
// the user's with reserved names.
func setEnvironment(f *plan.Function, properties *cfn.Node) {
	environment, variables := cfn.NewMap(), cfn.NewMap()
	if n := properties.Get("Environment"); n != nil && n.Kind == cfn.Map {
		environment = n.Clone()
	}
	if n := environment.Get("Variables"); n != nil && n.Kind == cfn.Map {
		for _, e := range n.Entries {
			if !f.OwnsVariable(e.Key) {
				variables.Entries = append(variables.Entries, e)
			}
		}
	}
	variables.Entries = slices.Grow(variables.Entries, len(f.Variables))
	for _, e := range f.Variables {
		variables.Entries = append(variables.Entries, cfn.E(e.Key, e.Value.Clone()))
	}
	environment.Set("Variables", variables)
	properties.Set("Environment", environment)
}

// setLayers adds StarJob's layer, which contains the dispatcher, unless the user
// already has. It removes a null, because SAM would let it hide the layers of
// Globals.
func setLayers(p *plan.Plan, f *plan.Function, properties *cfn.Node) {
	if !f.Language.Dispatched() {
		return
	}
	layers := p.Values.List(properties.Get("Layers")).Clone()
	if layers == nil || layers.Kind != cfn.List {
		properties.Delete("Layers")
		layers = cfn.NewList()
	}
	if !f.HasLayer {
		layers.Items = append(layers.Items, cfn.NewString(p.Layer))
		properties.Set("Layers", layers)
	}
}

// setLogs makes a function write to the log group that StarJob creates.
func setLogs(f *plan.Function, properties *cfn.Node) {
	if f.MakesLogs() {
		properties.Set("LoggingConfig", cfn.Merge(properties.Get("LoggingConfig"), cfn.NewMap(cfn.E("LogGroup", f.LogGroup()))))
	}
}

func logsResource(f *plan.Function) *cfn.Node {
	r, properties := typed(&logs.LogGroup{})
	properties.Set("RetentionInDays", f.Retention.Clone())
	addTags(properties, f.Tags)
	return r
}
