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
		return // SAM's form, or none
	}
	for _, s := range j.Steps {
		checkPlainEvents(d, s.Path.Key("Function"), true)
	}
	if j.Generate != nil {
		checkPlainEvents(d, j.Generate.Path.Key("Function"), false)
	}
}

// checkInline reports what Lambda cannot make functions without. It is the
// merged functions that must be complete.
func checkInline(d *decoder, j *Job, path cfn.Path) {
	functions := make([]*cfn.Node, 0, len(j.Steps)+1)
	for _, s := range j.Steps {
		functions = append(functions, s.Function)
	}
	if j.Generate != nil {
		functions = append(functions, j.Generate.Function)
	}
	if len(functions) > 1 && !j.Inline.Get("FunctionName").IsNothing() {
		d.sharedName(path.Key("FunctionName"), "it would be the name of every function of the job")
	}
	for _, f := range functions {
		code, runtime := hasCode(d, f), hasRuntime(d, f)
		if !code {
			d.Error(diag.Required, path, "Function has no Code, which properties written out in a job need", codeFix(f))
		}
		if !runtime {
			d.Error(diag.Required, path, "Function has no Runtime, which code in a zip archive needs", runtimeFix(f))
		}
		if !code || !runtime {
			return
		}
	}
}

// codeFix is how to write what is missing.
func codeFix(function *cfn.Node) string {
	uri, _ := function.Get("CodeUri").AsString()
	if bucket, key, ok := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/"); ok && strings.HasPrefix(uri, "s3://") {
		return fmt.Sprintf("CodeUri belongs to %s: write Code: {S3Bucket: %s, S3Key: %s}", cfn.TypeServerlessFunction, bucket, key)
	}
	inline := ""
	if runtime, _ := function.Get("Runtime").AsString(); strings.HasPrefix(runtime, "nodejs") || strings.HasPrefix(runtime, "python") {
		inline = "{ZipFile: …}, with the code itself, "
	}
	return "add Code: " + inline + "{S3Bucket: …, S3Key: …} or {ImageUri: …}; or, for code on this machine, " + howToName
}

// runtimeFix names a runtime for the code that there is.
func runtimeFix(function *cfn.Node) string {
	if function.At("Code", "ZipFile") != nil {
		return "add Runtime, such as nodejs24.x or python3.14"
	}
	return "add Runtime, such as provided.al2023"
}

// hasCode reports whether a function has code, or something that is reported in
// its place.
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

// checkPlainEvents reports events in the form that SAM does not follow. Those of
// type SQS are fine where they mean the step's own queue.
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
	d.Error(diag.PlainEvents, path, what+" mean something to AWS SAM alone, which does not see this function",
		"let the job refer to an "+cfn.TypeServerlessFunction+", which keeps the events with SAM; or declare the rules, APIs and permissions as resources of their own")
}
