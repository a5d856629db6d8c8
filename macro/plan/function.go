package plan

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// planFunctions plans the functions of a job. Its queues must have been planned.
func planFunctions(src Source, j *Job) {
	base := j.Base()
	if j.Model.PrototypeResource != nil {
		base = withoutTriggers(base)
	}
	graph := graphOf(j.Model)
	for _, s := range j.Steps {
		model := s.Model
		f := &Function{
			Job: j, Step: s, Path: model.Path, Handler: model.Handler,
			Targets: targets(j, model), Recursive: graph.reachesItself(model),
			Tags: model.Tags, Retention: model.LogRetentionInDays,
		}
		s.Function = f
		planFunction(src, f, model.Name, job.MergeFunction(base, model.Function))
		s.Visibility = visibility(f, s.Window)
	}
	if g := j.Model.Generate; g != nil {
		j.Generate = &Function{
			Job: j, Path: g.Path, Handler: wire.GenerateHandler, Targets: j.Steps,
			Tags: g.Tags, Retention: g.LogRetentionInDays,
		}
		planFunction(src, j.Generate, generateName, job.MergeFunction(j.Base(), g.Function))
	}
}

// planFunction plans a function with the properties that the user sets, which it
// may change. The name is the suffix of logical IDs and of the physical name.
func planFunction(src Source, f *Function, name string, properties *cfn.Node) {
	ids := idsOf(f.Job.Model.LogicalID, name)
	f.LogicalID, f.LogsID, f.PolicyID = ids.function(), ids.logs(), ids.policy()
	f.Properties = withoutNothing(properties, f.Job.Globals)
	if !f.Job.Serverless {
		useImage(f.Properties)
	}
	f.Effective = overGlobals(f.Properties, f.Job.Globals)
	f.Image = isImage(src.Values, f.Effective)
	if !f.Image {
		f.Language = languageOf(src.Values, f.Effective.Get("Runtime"))
	}
	f.Handler = handlerOf(f)
	f.Timeout = DefaultTimeoutSeconds
	if n := f.Effective.Get("Timeout"); n != nil {
		f.Timeout, _ = src.Values.Int(n)
	}
	f.Role = roleOf(src, ids, f.Job.Serverless, f.Effective.Get("Role"))
	f.Layers = layersOf(src.Values, f)
	f.HasLayer = slices.ContainsFunc(f.Layers, src.isLayer)
	f.Variables = variables(f)
	setPhysicalName(f.Properties, "FunctionName", f.Job.Model.Name, name)
}

// deciding are the properties on which StarJob's decisions depend, or for which it
// has a default.
var deciding = []string{"AutoPublishAlias", "Environment", "LoggingConfig", "RecursiveLoop", "Timeout"}

// withoutNothing removes null and AWS::NoValue from a function, because SAM would
// treat them as values. So a step can drop a property of its prototype. A property
// that Globals sets stays, because null may be meant to hide it, unless StarJob's
// decisions depend on the property.
func withoutNothing(properties, globals *cfn.Node) *cfn.Node {
	for _, name := range properties.Keys() {
		if !globals.Has(name) || slices.Contains(deciding, name) {
			properties.DeleteNothing(name)
		}
	}
	properties.Get("Environment").DeleteNothing("Variables")
	properties.Get("LoggingConfig").DeleteNothing("LogGroup")
	return properties
}

// globalsOf returns the properties of Globals that SAM merges into a job's prototype
// and its copies; nil for none.
func globalsOf(template *cfn.Node, j *job.Job) *cfn.Node {
	if j.PrototypeResource.ResourceType() != cfn.TypeServerlessFunction {
		return nil
	}
	return cfn.FunctionGlobals(template, j.PrototypeResource)
}

// overGlobals merges properties over those of Globals, if there are any.
func overGlobals(properties, globals *cfn.Node) *cfn.Node {
	if globals == nil {
		return properties
	}
	return cfn.Merge(globals, properties)
}

// Triggers are the properties of a prototype that let something outside the job
// invoke its function.
var Triggers = []string{"Events", "FunctionUrlConfig"}

// withoutTriggers returns the properties of the prototype that the steps inherit.
// Only the generate function inherits the others, because an event of the prototype
// starts the entire job.
func withoutTriggers(base *cfn.Node) *cfn.Node {
	properties := base.Clone()
	for _, name := range Triggers {
		properties.Delete(name)
	}
	return properties
}

// useImage converts the image of a function from SAM's form to CloudFormation's.
func useImage(properties *cfn.Node) {
	if uri := properties.Get("ImageUri"); uri != nil {
		properties.Set("Code", cfn.NewMap(cfn.E("ImageUri", uri)))
		properties.Delete("ImageUri")
	}
	if properties.Get("Code").Has("ImageUri") {
		properties.Default("PackageType", cfn.NewString("Image"))
	}
}

// isImage reports whether a function is a container image.
func isImage(values cfn.Values, effective *cfn.Node) bool {
	kind, _ := values.Text(effective.Get("PackageType"))
	return kind == "Image" || effective.Has("ImageUri") || effective.Get("Code").Has("ImageUri")
}

// handlerOf returns a function's Handler: the step's, or by default the step's name.
// For JavaScript and Python the default is the function of that name, in the file of
// the prototype's Handler.
func handlerOf(f *Function) string {
	if f.Step == nil || !f.Language.Dispatched() || !f.Step.Model.DefaultHandler {
		return f.Handler
	}
	file, _ := f.Language.SplitHandler(f.Job.SharedHandler)
	if file == "" {
		file = DefaultHandlerFile
	}
	return file + "." + f.Handler
}

// sharedHandler returns the Handler that the functions of the job inherit, empty if
// it is unknown, and whether there is one.
func sharedHandler(values cfn.Values, j *Job) (handler string, given bool) {
	n := j.Base().Get("Handler")
	if n == nil {
		n = j.Globals.Get("Handler")
	}
	handler, _ = values.Text(n)
	return handler, !n.IsNothing()
}
