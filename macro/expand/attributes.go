package expand

import "github.com/serverless-star/starjob/macro/cfn"

// attributes gives a generated resource the attributes of the Star::Job.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html
func (p *plan) attributes(r *cfn.Node) {
	depend(r, p.Resource.Get("DependsOn"))
	if n := p.condition(); n != nil {
		r.Set("Condition", n.Clone())
	}
	for _, name := range []string{"DeletionPolicy", "UpdateReplacePolicy", "Metadata"} {
		if n := p.Resource.Get(name); n != nil {
			r.Set(name, n.Clone())
		}
	}
}

// copyAttributes gives a function the attributes of its prototype: all but
// Metadata, which is about building it. The job's Condition decides for all that
// comes out of it, and the job's other attributes win.
func (p *plan) copyAttributes(r *cfn.Node) {
	if p.PrototypeResource == nil {
		return
	}
	for _, e := range p.PrototypeResource.Entries {
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
func (p *plan) condition() *cfn.Node {
	if n := p.Resource.Get("Condition"); n != nil {
		return n
	}
	return p.PrototypeResource.Get("Condition")
}

// depend adds logical IDs, a string or a list, to what a resource depends on.
func depend(r, on *cfn.Node) {
	all := cfn.NewList()
	for _, n := range []*cfn.Node{r.Get("DependsOn"), on} {
		for _, id := range listed(n) {
			if !contains(all, id) {
				all.Items = append(all.Items, id.Clone())
			}
		}
	}
	if len(all.Items) > 0 {
		r.Set("DependsOn", all)
	}
}

// listed are the items of a list, or the one value that stands in a list's
// place.
func listed(n *cfn.Node) []*cfn.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == cfn.List:
		return n.Items
	}
	return []*cfn.Node{n}
}

func contains(list, n *cfn.Node) bool {
	for _, item := range list.Items {
		if item.Equal(n) {
			return true
		}
	}
	return false
}
