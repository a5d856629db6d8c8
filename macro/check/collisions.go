package check

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// collisions reports resources with the same logical ID, and queues and functions
// with the same name, if StarJob created at least one of the two.
func collisions(c *checker, placed []Resource) {
	all := claims{c, make(map[claimed]Resource, 2*len(placed)), map[string]bool{}}
	names := []string{"QueueName", "FunctionName"}
	if slices.ContainsFunc(c.found, func(d diag.Diagnostic) bool { return d.Code == diag.SharedName }) {
		names = names[:1] // shared function names have been reported
	}
	for _, r := range placed {
		all.claim(ofLogicalID, r.Key, r)
		all.claim(ofLogicalID, samRole(r), r)
		for _, key := range names {
			all.claim(key, physicalNameOf(c, r, key), r)
		}
	}
}

const ofLogicalID = "logical ID"

// claims records the first resource with each name.
type claims struct {
	check    *checker
	owners   map[claimed]Resource
	reported map[string]bool // pairs of owners
}

// claimed is a name and its kind.
type claimed struct{ kind, name string }

// claim records that a resource has a name, and reports it if another one has the
// same name. Empty names are ignored.
func (c claims) claim(kind, name string, r Resource) {
	if name == "" {
		return
	}
	other, taken := c.owners[claimed{kind, name}]
	if !taken {
		c.owners[claimed{kind, name}] = r
		return
	}
	path := r.Origin
	if path == nil {
		path = other.Origin
	}
	if path == nil || kind != ofLogicalID && exclusive(r.Value, other.Value) {
		return
	}
	// Two steps that share one logical ID share all of them: report it once.
	pair := owner(other) + " and " + owner(r) + " have the same " + kind + " "
	if !c.reported[pair] {
		c.reported[pair] = true
		c.check.Error(diag.Collision, path, pair+name, "rename one of them")
	}
}

// physicalNameOf returns the physical name of a queue or function; empty if it has
// none. For an intrinsic function it returns the encoded call.
func physicalNameOf(c *checker, r Resource, key string) string {
	kind := r.Value.ResourceType()
	if kind != cfn.TypeQueue && kind != cfn.TypeFunction && kind != cfn.TypeServerlessFunction {
		return ""
	}
	n := r.Value.At("Properties", key)
	if n.IsNothing() {
		return ""
	}
	if text, known := c.values.Text(n); known {
		return text
	}
	return string(cfn.EncodeJSON(n))
}

// exclusive reports whether two resources have different conditions, so that they
// may never exist together.
func exclusive(a, b *cfn.Node) bool {
	x, y := a.Get("Condition"), b.Get("Condition")
	return x != nil && y != nil && !x.Equal(y)
}
