package job

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
)

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
