package job

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// properties returns n if it is a Map or nil, and reports anything else.
func (d *decoder) properties(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	key := path[len(path)-1]
	if name, _, call := n.Intrinsic(); call {
		fix := "write the map out, and use " + name + " for the values in it"
		if name != "Fn::If" {
			fix = cmp.Or(mapFixes[key], fix)
		}
		d.Error(diag.NotLiteral, path, key+" is "+describe(n)+unevaluated, fix)
		return nil
	}
	if n.Kind != cfn.Map {
		d.Error(diag.WrongType, path, fmt.Sprintf("%s is %s", key, describe(n)), cmp.Or(mapFixes[key], "use a map"))
		return nil
	}
	return n
}

// mapFixes are the fixes for keys that often have a reference or a number in place
// of their map.
var mapFixes = map[string]string{
	"Queue": "use a map of properties of the step's queue, which StarJob creates; a producer that sends to another queue can send to this one instead",
	"Retry": "use a map, such as {MaxAttempts: 3}",
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
		d.Error(diag.WrongType, path, fmt.Sprintf("%s is %s", path[len(path)-1], describe(value)), "use true or false")
		return nil
	}
	if value != n { // the parameter may have another value in the next deployment
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
		d.Error(diag.WrongType, path, fmt.Sprintf("%s is %s", key, describe(value)), "use a whole number"+prefixed(" of ", b.unit))
		return nil
	}
	if i < b.low || i > b.high {
		d.Error(diag.OutOfBounds, path, fmt.Sprintf("%s is %d (allowed: %s)", key, i, b), b.fix(i))
		return nil
	}
	return n
}

// text returns the string that n is, and reports an n that is not known before
// deployment.
func (d *decoder) text(path cfn.Path, what string, n *cfn.Node) (string, bool) {
	value, known := d.values.Resolve(n)
	if !known {
		d.Error(diag.NotLiteral, path, what+" is "+describe(n)+unevaluated,
			"use the value itself, or a plain Ref to a parameter")
		return "", false
	}
	s, ok := value.AsScalar()
	if !ok {
		d.Error(diag.WrongType, path, fmt.Sprintf("%s is %s", what, describe(value)), "use a string")
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
		d.Error(diag.NotLiteral, path, key+" is "+describe(n)+unevaluated,
			"use false or a map; the values in the map may be intrinsic functions"+orExistingQueue(key, n))
		return nil
	}
	if yes, ok := value.AsBool(); ok {
		if yes {
			return cfn.NewMap()
		}
		return cfn.NewBool(false)
	}
	if value.Kind != cfn.Map {
		d.Error(diag.WrongType, path, key+" is "+describe(value), "use a map, or false for none"+orExistingQueue(key, n))
		return nil
	}
	return value
}

// orExistingQueue is the fix for a reference to an existing dead-letter queue; empty if
// n cannot mean one.
func orExistingQueue(key string, n *cfn.Node) string {
	if call, _, _ := n.Intrinsic(); key != "DeadLetterQueue" || call == "Fn::If" {
		return ""
	}
	return "; for an existing queue, use Queue: {RedrivePolicy: {deadLetterTargetArn: …, maxReceiveCount: …}}"
}
