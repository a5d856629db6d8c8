package job

import (
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// checkLocalPaths reports the properties of a function that name code of this
// machine. sam and aws cloudformation package upload such code only for the
// types that they know, and would leave it where it is for a Star::Job.
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
func checkLocalPaths(d *decoder, path cfn.Path, function *cfn.Node) {
	for _, keys := range [][]string{{"CodeUri"}, {"Code"}} {
		if uri, ok := uriOf(d, function.At(keys...)); ok && !isRemote(uri) {
			reportLocalPath(d, path.Key(keys...), uri)
		}
	}
	for _, keys := range [][]string{{"ImageUri"}, {"Code", "ImageUri"}} {
		if uri, ok := uriOf(d, function.At(keys...)); ok && !isImage(uri) {
			d.Error(diag.LocalPath, path.Key(keys...), fmt.Sprintf("%q is no image in Amazon ECR, and nothing pushes images for a %s", uri, Type),
				"write the URI of a pushed image (<account>.dkr.ecr.<region>.amazonaws.com/…); or let sam push it for a function of this template and write Function: !Ref to that")
		}
	}
}

func reportLocalPath(d *decoder, path cfn.Path, uri string) {
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
