package expand

import (
	"encoding/json"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// setAttributes gives a generated resource the attributes of the Star::Job.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html
func setAttributes(j *plan.Job, r *cfn.Node) {
	depend(r, j.Model.Resource.Get("DependsOn"))
	if n := condition(j); n != nil {
		r.Set("Condition", n.Clone())
	}
	for _, name := range []string{"DeletionPolicy", "UpdateReplacePolicy", "Metadata"} {
		if n := j.Model.Resource.Get(name); n != nil {
			r.Set(name, n.Clone())
		}
	}
}

// copyAttributes gives a function the attributes of its prototype, except Metadata,
// which describes how to build the prototype. Condition is set for all resources of
// the job, and other attributes of the job win.
func copyAttributes(j *plan.Job, r *cfn.Node) {
	if j.Model.PrototypeResource == nil {
		return
	}
	for _, e := range j.Model.PrototypeResource.Entries {
		switch e.Key {
		case "Type", "Properties", "Metadata", "Condition":
		case "DependsOn":
			depend(r, e.Value)
		default:
			r.Set(e.Key, e.Value.Clone())
		}
	}
}

// condition returns the job's Condition, or that of its prototype: without the
// prototype's code the job must not exist either.
func condition(j *plan.Job) *cfn.Node {
	if n := j.Model.Resource.Get("Condition"); n != nil {
		return n
	}
	return j.Model.PrototypeResource.Get("Condition")
}

// depend adds logical IDs, a string or a list, to the DependsOn of a resource.
func depend(r, on *cfn.Node) {
	all := cfn.NewList()
	for _, n := range []*cfn.Node{r.Get("DependsOn"), on} {
		for _, id := range n.Listed() {
			if !all.Contains(id) {
				all.Items = append(all.Items, id.Clone())
			}
		}
	}
	if len(all.Items) > 0 {
		r.Set("DependsOn", all)
	}
}

// typed returns a resource as a tree, from a struct with the names and types of its
// properties. Such structs hold only plain values; values that may be intrinsic
// functions are added to the tree afterwards.
func typed(resource json.Marshaler) (r, properties *cfn.Node) {
	text, err := resource.MarshalJSON()
	if err != nil {
		panic(err) // plain values always encode
	}
	r, problems := cfn.ParseJSON(text)
	if problems.HasErrors() {
		panic(problems.Text())
	}
	return r, r.Get("Properties")
}
