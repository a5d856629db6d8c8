package job

import (
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// localPaths reports the properties of a function that name code of this
// machine. sam and aws cloudformation package upload such code only for the
// types that they know, and would leave it where it is for a Star::Job.
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
func (d *decoder) localPaths(path cfn.Path, function *cfn.Node) {
	for _, keys := range [][]string{{"CodeUri"}, {"Code"}} {
		if uri, ok := d.uri(function.At(keys...)); ok && !isRemote(uri) {
			d.localPath(path.Key(keys...), uri)
		}
	}
	for _, keys := range [][]string{{"ImageUri"}, {"Code", "ImageUri"}} {
		if uri, ok := d.uri(function.At(keys...)); ok && !isImage(uri) {
			d.Error(diag.LocalPath, path.Key(keys...), fmt.Sprintf("%q is no image in Amazon ECR, and nothing pushes images for a %s", uri, Type),
				"write the URI of a pushed image (<account>.dkr.ecr.<region>.amazonaws.com/…); or let sam push it for a function of this template and write Function: !Ref to that")
		}
	}
}

func (d *decoder) localPath(path cfn.Path, uri string) {
	fix := "put the code into an " + cfn.TypeServerlessFunction + " of this template, the prototype, and write Function: !Ref to it in the job: each step gets a copy of that function"
	name, _ := reference(d.template.Find(cfn.Path{path[0], path[1], "Properties", "Function"}))
	switch prototype := d.isFunction(name); {
	case prototype && d.template.Find(path[:len(path)-1]).Has("Runtime"):
		fix = "name an archive in S3, for only the code of the prototype " + name + " is uploaded; or make a job of its own, with a prototype of its own, for what is in another language"
	case prototype:
		fix = "remove it: every function of the job is a copy of its prototype " + name + " and has its code; Handler chooses what a step runs"
	}
	d.Error(diag.LocalPath, path, fmt.Sprintf("%q is a path of this machine, and sam build, sam deploy and aws cloudformation package upload nothing for a %s", uri, Type), fix)
}

func (d *decoder) uri(n *cfn.Node) (string, bool) {
	value, _ := d.values.Resolve(n)
	return value.AsString()
}

func isRemote(uri string) bool {
	return strings.Contains(uri, "://") && !strings.HasPrefix(uri, "file:") || strings.HasPrefix(uri, "{{resolve:")
}

func isImage(uri string) bool {
	host, _, _ := strings.Cut(uri, "/")
	return strings.Contains(host, ".dkr.ecr.") || strings.Contains(host, ".dkr-ecr.") || strings.HasPrefix(uri, "{{resolve:")
}

// checkForm checks what depends on the form of the job's functions.
func (d *decoder) checkForm(j *Job) {
	path := j.Path.Key("Properties", "Function")
	typ, _ := j.PrototypeResource.Get("Type").AsString()
	switch {
	case j.Inline != nil:
		d.checkInline(j, path)
		d.plainEvents(path, true)
	case typ == cfn.TypeFunction:
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

// codeFix says how to write what is missing.
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
func (d *decoder) hasCode(function *cfn.Node) bool {
	uri, literal := d.uri(function.Get("CodeUri"))
	return given(function.Get("Code")) != nil || given(function.Get("ImageUri")) != nil || literal && !isRemote(uri)
}

// hasRuntime reports whether a function has a runtime, or may be an image.
func (d *decoder) hasRuntime(function *cfn.Node) bool {
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

// MergeFunction returns the properties over laid on base, as [cfn.Merge] does it.
// Policies replace: a policy document or template is a value, and two of them
// merged would be none. So does code of another kind: a function has code from
// one place. Neither argument is changed; either may be nil.
func MergeFunction(base, over *cfn.Node) *cfn.Node {
	merged := cfn.Merge(withoutCode(base, over), over)
	if own := over.Get("Policies"); own != nil {
		merged.Set("Policies", own.Clone())
	}
	return merged
}

// codeSources are where a function's code can be, by the properties that say so:
// SAM's, and those of Code. One of a group excludes the others.
var codeSources = [...][][]string{
	{{"CodeUri"}, {"InlineCode"}, {"ImageUri"}},
	{{"ZipFile"}, {"S3Bucket", "S3Key", "S3ObjectVersion"}, {"ImageUri"}},
}

// withoutCode returns base without its code where over has code of another kind.
// SAM and Lambda would take the wrong one of the two, or none.
func withoutCode(base, over *cfn.Node) *cfn.Node {
	rest := without(base, over, codeSources[0])
	code := without(rest.Get("Code"), over.Get("Code"), codeSources[1])
	if code == rest.Get("Code") {
		return rest
	}
	rest = rest.Clone()
	rest.Set("Code", code)
	return rest
}

// without returns base without the keys that exclude those of over: base itself
// if it has none of them.
func without(base, over *cfn.Node, sources [][]string) *cfn.Node {
	chosen := slices.IndexFunc(sources, func(keys []string) bool { return slices.ContainsFunc(keys, over.Has) })
	if chosen < 0 {
		return base
	}
	rest := base
	for i, keys := range sources {
		for _, key := range keys {
			if i == chosen || !rest.Has(key) {
				continue
			}
			if rest == base {
				rest = base.Clone()
			}
			rest.Delete(key)
		}
	}
	return rest
}
