package job

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// properties returns n if it is a Map, and reports everything else but nil.
func (d *decoder) properties(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	key := path[len(path)-1]
	if name, _, call := n.Intrinsic(); call {
		fix := "write the map out and move " + name + " to the values in it"
		if name != "Fn::If" {
			fix = cmp.Or(mapFixes[key], fix)
		}
		d.Error(diag.NotLiteral, path, fmt.Sprintf("%s is %s as a whole, and StarJob has to read its keys before anything is evaluated", key, describe(n)), fix)
		return nil
	}
	if n.Kind != cfn.Map {
		d.Error(diag.WrongType, path, fmt.Sprintf("%s is %s", key, describe(n)), cmp.Or(mapFixes[key], "write a map"))
		return nil
	}
	return n
}

// mapFixes say what to write where a key has something that is easily meant in
// place of its map.
var mapFixes = map[string]string{
	"Queue": "write a map of the properties of the step's own queue, which StarJob makes; what has filled another queue can send to that",
	"Retry": "write a map, such as {MaxAttempts: 3}",
}

// boolean returns a Bool for a value that is true or false, and n itself if it
// is an intrinsic function call.
func (d *decoder) boolean(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	value, known := d.values.Resolve(n)
	if !known {
		return n
	}
	b, ok := value.AsBool()
	if !ok {
		d.Error(diag.WrongType, path, fmt.Sprintf("%s is %s", path[len(path)-1], describe(value)), "write true or false")
		return nil
	}
	if value != n { // the parameter may have another value at the next deployment
		return n
	}
	return &cfn.Node{Kind: cfn.Bool, Text: strconv.FormatBool(b), Range: n.Range}
}

// number returns n if it is a whole number within bounds, or may become one.
func (d *decoder) number(path cfn.Path, n *cfn.Node, b bounds) *cfn.Node {
	if n == nil {
		return nil
	}
	value, known := d.values.Resolve(n)
	if !known {
		return n
	}
	key := path[len(path)-1]
	i, ok := value.AsInt()
	if !ok {
		d.Error(diag.WrongType, path, fmt.Sprintf("%s is %s", key, describe(value)), "write a whole number"+prefixed(" of ", b.unit))
		return nil
	}
	if i < b.low || i > b.high {
		d.Error(diag.OutOfBounds, path, fmt.Sprintf("%s is %d", key, i), "write "+b.String())
		return nil
	}
	return n
}

// text returns the string that n is. StarJob has to know it before deployment.
func (d *decoder) text(path cfn.Path, what string, n *cfn.Node) (string, bool) {
	value, known := d.values.Resolve(n)
	if !known {
		d.Error(diag.NotLiteral, path, fmt.Sprintf("%s is %s, and StarJob has to know it before anything is evaluated", what, describe(n)),
			"write the value itself, or a plain Ref to a parameter")
		return "", false
	}
	s, ok := value.AsScalar()
	if !ok {
		d.Error(diag.WrongType, path, fmt.Sprintf("%s is %s", what, describe(value)), "write a string")
	}
	return s, ok
}

// mapOrFalse returns a Map, which is empty for true, or a Bool for false.
func (d *decoder) mapOrFalse(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	key := path[len(path)-1]
	value, known := d.values.Resolve(n)
	if !known {
		d.Error(diag.NotLiteral, path, key+" is "+describe(n)+" as a whole, and StarJob has to know before anything is evaluated whether there is one",
			"write false or a map; the values in the map may be intrinsic functions"+otherQueue(key, n))
		return nil
	}
	if yes, ok := value.AsBool(); ok {
		if yes {
			return cfn.NewMap()
		}
		return cfn.NewBool(false)
	}
	if value.Kind != cfn.Map {
		d.Error(diag.WrongType, path, key+" is "+describe(value), "write a map, or false for none"+otherQueue(key, n))
		return nil
	}
	return value
}

// otherQueue is how to name a dead-letter queue that is not StarJob's, if that
// may be meant.
func otherQueue(key string, n *cfn.Node) string {
	if call, _, _ := n.Intrinsic(); key != "DeadLetterQueue" || call == "Fn::If" {
		return ""
	}
	return "; for a queue that is there already, write Queue: {RedrivePolicy: {deadLetterTargetArn: …, maxReceiveCount: …}}"
}
