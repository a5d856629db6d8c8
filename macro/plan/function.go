package plan

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Function is a function of the result: a step's, or the generate function.
type Function struct {
	Job  *Job
	Step *Step // nil for the generate function
	// Path leads to the step, or to Generate.
	Path cfn.Path

	LogicalID, LogsID, PolicyID string // PolicyID is that of an attached policy

	// Properties are what the user gives, with the prototype's.
	Properties *cfn.Node
	// Effective are the properties with those of Globals, which SAM will lay
	// under them.
	Effective *cfn.Node

	Language Language
	Handler  string
	Image    bool    // the function is a container image
	Targets  []*Step // that it may generate items for
	// Recursive reports that the function can reach itself through what it
	// generates.
	Recursive bool
	Timeout   int // seconds; 0 if it is not known
	Role      Role
	// Layers are those that the user gives, with those of Globals; HasLayer reports
	// that StarJob's is among them.
	Layers   []*cfn.Node
	HasLayer bool
	// Variables are StarJob's own environment variables.
	Variables []cfn.Entry

	Tags      []job.Tag
	Retention *cfn.Node // of its logs, in days
}

// CountedTimeout is the timeout to reckon with, in seconds.
func (f *Function) CountedTimeout() int {
	if f.Timeout == 0 {
		return MaxTimeoutSeconds
	}
	return f.Timeout
}

// MakesLogs reports whether the function gets a log group of StarJob's, so that
// its logs expire: it does unless the user names one for all cases.
func (f *Function) MakesLogs() bool {
	config := f.Effective.Get("LoggingConfig")
	return !config.IsCall() && config.Get("LogGroup").MayBeNothing()
}

// LogGroup is the name of the function's log group. CloudFormation names
// StarJob's, so that it does not meet one that Lambda made before.
func (f *Function) LogGroup() *cfn.Node {
	return f.Effective.At("LoggingConfig", "LogGroup").OrElse(cfn.Ref(f.LogsID))
}

// planFunctions plans the functions of a job, whose queues are planned.
func (p *Plan) planFunctions(j *Job) {
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
		p.planFunction(f, model.Name, job.MergeFunction(base, model.Function))
		s.Visibility = visibility(f, s.Window)
	}
	if g := j.Model.Generate; g != nil {
		j.Generate = &Function{
			Job: j, Path: g.Path, Handler: wire.GenerateHandler, Targets: j.Steps,
			Tags: g.Tags, Retention: g.LogRetentionInDays,
		}
		p.planFunction(j.Generate, generateName, job.MergeFunction(j.Base(), g.Function))
	}
}

// planFunction decides a function with the properties that the user gives, which
// become the function's own. Its name ends its logical IDs and physical name.
func (p *Plan) planFunction(f *Function, name string, properties *cfn.Node) {
	ids := idsOf(f.Job.Model.LogicalID, name)
	f.LogicalID, f.LogsID, f.PolicyID = ids.function(), ids.logs(), ids.policy()
	f.Properties = withoutNothing(properties, f.Job.Globals)
	if !f.Job.Serverless {
		useImage(f.Properties)
	}
	f.Effective = overGlobals(f.Properties, f.Job.Globals)
	f.Image = isImage(p.Values, f.Effective)
	f.Language = languageOf(p.Values, f)
	f.Handler = handlerOf(f)
	f.Timeout = DefaultTimeoutSeconds
	if n := f.Effective.Get("Timeout"); n != nil {
		f.Timeout, _ = p.Values.Int(n)
	}
	f.Role = p.roleOf(ids, f.Job.Serverless, f.Effective.Get("Role"))
	f.Layers = layersOf(p.Values, f)
	f.HasLayer = slices.ContainsFunc(f.Layers, p.isLayer)
	f.Variables = variables(f)
	setPhysicalName(f.Properties, "FunctionName", f.Job.Model.Name, name)
}

// deciding are the properties that decide something, or for which StarJob has a
// value of its own.
var deciding = []string{"AutoPublishAlias", "Environment", "LoggingConfig", "RecursiveLoop", "Timeout"}

// withoutNothing removes from a function what stands for nothing, which SAM would
// take for something: so a step can do without what its prototype has. Where
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
