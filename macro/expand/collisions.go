package expand

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// resource is a resource of the result.
type resource struct {
	cfn.Entry
	// origin is the part of a job that it comes from; nil for the user's own.
	origin cfn.Path
}

// collisions reports resources of the same logical ID, and queues and functions
// of the same name, where StarJob made at least one of the two.
func (e *expansion) collisions(placed []resource) {
	c := claims{e, make(map[claimed]resource, 2*len(placed)), map[string]bool{}}
	names := []string{"QueueName", "FunctionName"}
	if slices.ContainsFunc(e.problems, func(d diag.Diagnostic) bool { return d.Code == diag.SharedName }) {
		names = names[:1] // the other has been reported
	}
	for _, r := range placed {
		c.claim(ofLogicalID, r.Key, r)
		c.claim(ofLogicalID, samRole(r), r)
		for _, key := range names {
			c.claim(key, e.name(r, key), r)
		}
	}
}

const ofLogicalID = "logical ID"

// claims tell which resource was the first to have a name.
type claims struct {
	*expansion
	owners   map[claimed]resource
	reported map[string]bool // pairs of owners
}

// claimed is a name of a kind.
type claimed struct{ kind, name string }

// claim reports a resource that has a name of a kind, if another has it already;
// empty names are none.
func (c claims) claim(kind, name string, r resource) {
	if name == "" {
		return
	}
	other, taken := c.owners[claimed{kind, name}]
	if !taken {
		c.owners[claimed{kind, name}] = r
		return
	}
	path := r.origin
	if path == nil {
		path = other.origin
	}
	if path == nil || kind != ofLogicalID && exclusive(r.Value, other.Value) {
		return
	}
	// Two steps that share one logical ID share them all.
	pair := c.owner(other) + " and " + c.owner(r) + " have the same " + kind + " "
	if !c.reported[pair] {
		c.reported[pair] = true
		c.report(diag.Collision, path, pair+name, "rename one of them")
	}
}

// owner says where a resource comes from.
func (e *expansion) owner(r resource) string {
	if r.origin == nil {
		return "the resource " + r.Key
	}
	return r.origin.String()
}

// samRole is the logical ID of the role that SAM makes for a function.
func samRole(r resource) string {
	kind, _ := r.Value.Get("Type").AsString()
	if kind != serverlessType || r.Value.Get("Properties").Has("Role") {
		return ""
	}
	return r.Key + "Role"
}

// name is the physical name of a queue or function, as far as it can be known;
// an intrinsic function's stands for itself.
func (e *expansion) name(r resource, key string) string {
	kind, _ := r.Value.Get("Type").AsString()
	if kind != queueType && kind != functionType && kind != serverlessType {
		return ""
	}
	n := r.Value.At("Properties", key)
	if n.IsNothing() {
		return ""
	}
	if text, known := e.text(n); known {
		return text
	}
	return string(cfn.EncodeJSON(n))
}

// exclusive tells whether two resources have different conditions, so that they
// need not exist together.
func exclusive(a, b *cfn.Node) bool {
	x, y := a.Get("Condition"), b.Get("Condition")
	return x != nil && y != nil && !x.Equal(y)
}
