package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// checkForm checks what depends on the form of the job's functions.
func checkForm(d *decoder, j *Job) {
	path := j.Path.Key("Properties", "Function")
	switch {
	case j.Inline != nil:
		checkInline(d, j, path)
		checkPlainEvents(d, path, true)
	case j.PrototypeResource.ResourceType() == cfn.TypeFunction:
		checkPlainEvents(d, cfn.Path{"Resources", j.Prototype, "Properties"}, false)
	default:
		return // an AWS::Serverless::Function, or none
	}
	for _, s := range j.Steps {
		checkPlainEvents(d, s.Path.Key("Function"), true)
	}
	if j.Generate != nil {
		checkPlainEvents(d, j.Generate.Path.Key("Function"), false)
	}
}

// checkInline reports missing properties that Lambda requires. It checks the merged
// functions: a step may provide what the job does not.
func checkInline(d *decoder, j *Job, path cfn.Path) {
	functions := make([]*cfn.Node, 0, len(j.Steps)+1)
	for _, s := range j.Steps {
		functions = append(functions, s.Function)
	}
	if j.Generate != nil {
		functions = append(functions, j.Generate.Function)
	}
	if len(functions) > 1 && !j.Inline.Get("FunctionName").IsNothing() {
		d.sharedName(path.Key("FunctionName"), "all functions of the job")
	}
	for _, f := range functions {
		code, runtime := hasCode(d, f), hasRuntime(d, f)
		if !code {
			d.Error(diag.Required, path, "Function has no Code, which a function defined in a job requires", codeFix(f))
		}
		if !runtime {
			d.Error(diag.Required, path, "Function has no Runtime, which code in a zip archive requires", runtimeFix(f))
		}
		if !code || !runtime {
			return
		}
	}
}

// codeFix is the fix for a function without code.
func codeFix(function *cfn.Node) string {
	uri, _ := function.Get("CodeUri").AsString()
	if bucket, key, ok := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/"); ok && strings.HasPrefix(uri, "s3://") {
		return fmt.Sprintf("CodeUri is a property of %s; use Code: {S3Bucket: %s, S3Key: %s}", cfn.TypeServerlessFunction, bucket, key)
	}
	inline := ""
	if runtime, _ := function.Get("Runtime").AsString(); strings.HasPrefix(runtime, "nodejs") || strings.HasPrefix(runtime, "python") {
		inline = "{ZipFile: …} with the source code, "
	}
	return "add Code: " + inline + "{S3Bucket: …, S3Key: …} or {ImageUri: …}; for local code, " + referToFunction
}

// runtimeFix suggests a runtime for the function's code.
func runtimeFix(function *cfn.Node) string {
	if function.At("Code", "ZipFile") != nil {
		return "add Runtime, such as nodejs24.x or python3.14"
	}
	return "add Runtime, such as provided.al2023"
}

// hasCode reports whether a function has code, or a property that another
// diagnostic is about.
func hasCode(d *decoder, function *cfn.Node) bool {
	uri, literal := uriOf(d, function.Get("CodeUri"))
	return given(function.Get("Code")) != nil || given(function.Get("ImageUri")) != nil || literal && !isRemote(uri)
}

// hasRuntime reports whether a function has a runtime, or may be an image.
func hasRuntime(d *decoder, function *cfn.Node) bool {
	if given(function.Get("Runtime")) != nil || function.Has("ImageUri") || function.At("Code", "ImageUri") != nil {
		return true
	}
	if _, _, call := function.Get("Code").Intrinsic(); call {
		return true
	}
	packageType, known := d.values.Resolve(function.Get("PackageType"))
	text, _ := packageType.AsString()
	return !known || text == "Image"
}

// checkPlainEvents reports events of a function that SAM does not process. Events
// of type SQS are allowed where they mean the step's queue.
func checkPlainEvents(d *decoder, path cfn.Path, ownQueue bool) {
	path = path.Key("Events")
	events := given(d.template.Find(path))
	if events == nil {
		return
	}
	sqs := 0
	rest := keepEvents(path, events, func(_ cfn.Path, event *cfn.Node) bool {
		kind, _ := event.Get("Type").AsString()
		if ownQueue && kind == "SQS" {
			sqs++
			return false
		}
		return true
	})
	if len(rest.Items)+len(rest.Entries) == 0 && sqs > 0 {
		return
	}
	what := "Events"
	if _, _, call := rest.Intrinsic(); !call && rest.Kind == cfn.Map {
		what += " (" + strings.Join(rest.Keys(), ", ") + ")"
	}
	d.Error(diag.PlainEvents, path, what+" requires an "+cfn.TypeServerlessFunction+", and this function is not one",
		"set the job's Function to !Ref of an "+cfn.TypeServerlessFunction+", or declare the rules, APIs and permissions as separate resources")
}
