package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// addTags adds tags to those of a resource in CloudFormation's list form. The
// resource's own tags win. A value that is not a list stays unchanged.
func addTags(properties *cfn.Node, tags []job.Tag) {
	own := properties.Get("Tags")
	if len(tags) == 0 || own != nil && own.Kind != cfn.List {
		return
	}
	list := cfn.NewList()
	for _, t := range tags {
		if !tagged(own, t.Key) {
			list.Items = append(list.Items, cfn.NewMap(cfn.E("Key", t.Key.Clone()), cfn.E("Value", t.Value.Clone())))
		}
	}
	if own != nil {
		list.Items = append(list.Items, own.Clone().Items...)
	}
	properties.Set("Tags", list)
}

func tagged(tags, key *cfn.Node) bool {
	for _, t := range tags.Listed() {
		if t.Get("Key").Equal(key) {
			return true
		}
	}
	return false
}

// addTagMap does the same in SAM's map form, which cannot express keys that are
// intrinsic functions. Package check reports them.
func addTagMap(properties *cfn.Node, tags []job.Tag) {
	own := properties.Get("Tags")
	if len(tags) == 0 || own != nil && (own.Kind != cfn.Map || own.IsCall()) {
		return
	}
	all := cfn.NewMap()
	for _, t := range tags {
		if key, ok := t.Key.AsScalar(); ok {
			all.Set(key, t.Value.Clone())
		}
	}
	properties.Set("Tags", cfn.Merge(all, own))
}
