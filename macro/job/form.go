package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// checkForm checks what depends on the form of the job's functions.
func (d *decoder) checkForm(j *Job) {
	path := j.Path.Key("Properties", "Function")
	typ, _ := j.PrototypeResource.Get("Type").AsString()
	switch {
	case j.Inline != nil:
		d.checkInline(j, path)
		d.plainEvents(path, true)
	case typ == lambdaFunction:
		d.plainEvents(cfn.Path{"Resources", j.Prototype, "Properties"}, false)
	default:
		return // SAM's form, or none
	}
	for _, s := range j.Steps {
		d.plainEvents(s.Path.Key("Function"), true)
	}
	if j.Generate != nil {
		d.plainEvents(j.Generate.Path.Key("Function"), false)
	}
}

// checkInline reports what Lambda cannot make functions without. It is the
// merged functions that must be complete.
func (d *decoder) checkInline(j *Job, path cfn.Path) {
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
		code, runtime := d.hasCode(f), d.hasRuntime(f)
		if !code {
			d.report(diag.Required, path, "Function has no Code, which properties written out in a job need", codeFix(f))
		}
		if !runtime {
			d.report(diag.Required, path, "Function has no Runtime, which code in a zip archive needs", runtimeFix(f))
		}
		if !code || !runtime {
			return
		}
	}
}

// codeFix says how to write what is missing.
func codeFix(function *cfn.Node) string {
	uri, _ := function.Get("CodeUri").AsString()
	if bucket, key, ok := strings.Cut(strings.TrimPrefix(uri, "s3://"), "/"); ok && strings.HasPrefix(uri, "s3://") {
		return fmt.Sprintf("CodeUri belongs to %s: write Code: {S3Bucket: %s, S3Key: %s}", serverlessFunction, bucket, key)
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

// hasCode tells whether a function has code, or something that is reported in
// its place.
func (d *decoder) hasCode(function *cfn.Node) bool {
	uri, literal := d.uri(function.Get("CodeUri"))
	return given(function.Get("Code")) != nil || given(function.Get("ImageUri")) != nil || literal && !isRemote(uri)
}

// hasRuntime tells whether a function has a runtime, or may be an image.
func (d *decoder) hasRuntime(function *cfn.Node) bool {
	if given(function.Get("Runtime")) != nil || function.Has("ImageUri") || function.At("Code", "ImageUri") != nil {
		return true
	}
	if _, _, call := function.Get("Code").Intrinsic(); call {
		return true
	}
	packageType, known := d.resolve(function.Get("PackageType"))
	text, _ := packageType.AsString()
	return !known || text == "Image"
}
