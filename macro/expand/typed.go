package expand

import (
	"encoding/json"

	"github.com/serverless-star/starjob/macro/cfn"
)

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
