package job

import (
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// checkLocalPaths reports the properties of a function that name local code. sam
// and aws cloudformation package upload such code only for the types that they
// know, so the path would reach AWS unchanged.
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
func checkLocalPaths(d *decoder, path cfn.Path, function *cfn.Node) {
	for _, keys := range [][]string{{"CodeUri"}, {"Code"}} {
		if uri, ok := uriOf(d, function.At(keys...)); ok && !isRemote(uri) {
			reportLocalPath(d, path.Key(keys...), uri)
		}
	}
	for _, keys := range [][]string{{"ImageUri"}, {"Code", "ImageUri"}} {
		if uri, ok := uriOf(d, function.At(keys...)); ok && !isImage(uri) {
			d.Error(diag.LocalPath, path.Key(keys...), fmt.Sprintf("%q is not an image in Amazon ECR, and no tool pushes images for a %s", uri, Type),
				"use the URI of a pushed image (<account>.dkr.ecr.<region>.amazonaws.com/…); or use a function of this template, for which sam pushes the image, and set the job's Function to !Ref of it")
		}
	}
}

func reportLocalPath(d *decoder, path cfn.Path, uri string) {
	fix := "put the code into an " + cfn.TypeServerlessFunction + " of this template, the prototype, and set the job's Function to !Ref of it; each step gets a copy of that function"
	name, _ := reference(d.template.Find(cfn.Path{path[0], path[1], "Properties", "Function"}))
	switch prototype := d.isFunction(name); {
	case prototype && d.template.Find(path[:len(path)-1]).Has("Runtime"):
		fix = "use an archive in S3, because only the code of the prototype " + name + " is uploaded; or create another job, with another prototype, for handlers in another language"
	case prototype:
		fix = "remove it, and set Handler to choose what a step runs; every function of the job is a copy of the prototype " + name + " and has its code"
	}
	d.Error(diag.LocalPath, path, fmt.Sprintf("%q is a local path, and sam build, sam deploy and aws cloudformation package do not upload the code of a %s", uri, Type), fix)
}

func uriOf(d *decoder, n *cfn.Node) (string, bool) {
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

// MergeFunction returns base with over merged into it, as [cfn.Merge] does, with
// two exceptions. Policies of over replace those of base, because two policy
// documents or templates merged key by key would not be a policy. Code of over
// replaces code of another kind, because a function has one source of code.
// Neither argument is changed; either may be nil.
func MergeFunction(base, over *cfn.Node) *cfn.Node {
	merged := cfn.Merge(withoutCode(base, over), over)
	if own := over.Get("Policies"); own != nil {
		merged.Set("Policies", own.Clone())
	}
	return merged
}

// codeSources are the properties that name a function's code: those of SAM, and
// those of Code. One of a group excludes the others.
var codeSources = [...][][]string{
	{{"CodeUri"}, {"InlineCode"}, {"ImageUri"}},
	{{"ZipFile"}, {"S3Bucket", "S3Key", "S3ObjectVersion"}, {"ImageUri"}},
}

// withoutCode returns base without its code where over has code of another kind.
// SAM and Lambda would use the wrong one of the two, or neither.
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
