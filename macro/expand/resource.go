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

// copyAttributes gives a function the attributes of its prototype: all but
// Metadata, which is about building it. The job's Condition decides for all that
// comes out of it, and the job's other attributes win.
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

// condition is the job's Condition, or that of its prototype: what cannot exist
// without its code should not exist without its code.
func condition(j *plan.Job) *cfn.Node {
	if n := j.Model.Resource.Get("Condition"); n != nil {
		return n
	}
	return j.Model.PrototypeResource.Get("Condition")
}

// depend adds logical IDs, a string or a list, to what a resource depends on.
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

// typed is a resource as a tree, made from a struct that knows the names and
// types of its properties. Such structs hold plain values only: what may be an
// intrinsic function is laid over the tree afterwards.
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
