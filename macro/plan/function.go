package plan

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// planFunctions plans the functions of a job, whose queues are planned.
func planFunctions(src Source, j *Job) {
	base := j.Base()
	if j.Model.PrototypeResource != nil {
		base = withoutKickOffs(base)
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

// planFunction decides a function with the properties that the user gives, which
// become the function's own. Its name ends its logical IDs and physical name.
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

// deciding are the properties that decide something, or for which StarJob has a
// value of its own.
var deciding = []string{"AutoPublishAlias", "Environment", "LoggingConfig", "RecursiveLoop", "Timeout"}

// withoutNothing removes null and AWS::NoValue from a function, which SAM would
// take for values: so a step can drop what its prototype has. Where
// Globals has it, it may be meant to hide that, unless StarJob has to know.
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

// globalsOf are the properties that SAM lays under those of a job's prototype and
// its copies; nil for none.
func globalsOf(template *cfn.Node, j *job.Job) *cfn.Node {
	if j.PrototypeResource.ResourceType() != cfn.TypeServerlessFunction {
		return nil
	}
	return cfn.FunctionGlobals(template, j.PrototypeResource)
}

// overGlobals lays properties on those of Globals, if there are any.
func overGlobals(properties, globals *cfn.Node) *cfn.Node {
	if globals == nil {
		return properties
	}
	return cfn.Merge(globals, properties)
}

// KickOffs are the properties of a prototype by which a function is invoked from
// outside.
var KickOffs = []string{"Events", "FunctionUrlConfig"}

// withoutKickOffs are the properties that the functions of all steps begin with.
// What kicks a prototype off is for the generate function: the prototype stands
// for the whole job.
func withoutKickOffs(base *cfn.Node) *cfn.Node {
	properties := base.Clone()
	for _, name := range KickOffs {
		properties.Delete(name)
	}
	return properties
}

// useImage writes an image as CloudFormation accepts it where the user writes it
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

// isImage reports whether a function is a container image.
func isImage(values cfn.Values, effective *cfn.Node) bool {
	kind, _ := values.Text(effective.Get("PackageType"))
	return kind == "Image" || effective.Has("ImageUri") || effective.Get("Code").Has("ImageUri")
}

// handlerOf is what a function's Handler becomes: as the step has it, or else
// the step's name, for a program, or the function of that name in the file of
// the handler that the prototype has.
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

// sharedHandler is the Handler that all functions of the job begin with, as far
// as it is known, and whether there is one.
func sharedHandler(values cfn.Values, j *Job) (handler string, given bool) {
	n := j.Base().Get("Handler")
	if n == nil {
		n = j.Globals.Get("Handler")
	}
	handler, _ = values.Text(n)
	return handler, !n.IsNothing()
}
