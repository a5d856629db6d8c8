package job

import (
	"math"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// The forms of values, as JSON schemas. An editor sees !Ref x as the string x, and
// !If [a, b, c] as a list, so every schema must accept a string and a list as a
// function.

func literal(s string) *cfn.Node { return cfn.NewString(s) }

func definition(name string) *cfn.Node { return object("$ref", literal("#/definitions/"+name)) }

func defined(name string) func() *cfn.Node { return func() *cfn.Node { return definition(name) } }

func anyOf(schemas ...*cfn.Node) *cfn.Node {
	all := cfn.NewList()
	for _, s := range schemas {
		if inner := s.Get("anyOf"); inner != nil {
			all.Items = append(all.Items, inner.Items...)
			continue
		}
		all.Items = append(all.Items, s)
	}
	return object("anyOf", all)
}

func oneOf(values ...string) *cfn.Node { return object("enum", cfn.Strings(values...)) }

func ofType(names ...string) *cfn.Node {
	if len(names) == 1 {
		return object("type", literal(names[0]))
	}
	return object("type", cfn.Strings(names...))
}

func anything() *cfn.Node { return object() }

func anyMap() *cfn.Node { return ofType("object") }

// plainText also accepts a number, which CloudFormation converts to a string.
func plainText() *cfn.Node {
	return anyOf(ofType("string", "number", "boolean", "array"), definition("Call"))
}

func textList() *cfn.Node {
	return anyOf(object("type", literal("array"), "items", plainText()), ofType("string"), definition("Call"))
}

func textOrList() *cfn.Node {
	return anyOf(ofType("string"), object("type", literal("array"), "items", ofType("string")))
}

func boolean() *cfn.Node {
	return anyOf(ofType("boolean", "string", "array"), definition("Call"))
}

func number(b bounds) func() *cfn.Node {
	return func() *cfn.Node {
		whole := object("type", literal("integer"), "minimum", cfn.NewInt(b.low))
		if b.high != math.MaxInt {
			whole.Set("maximum", cfn.NewInt(b.high))
		}
		return anyOf(whole, ofType("string", "array"), definition("Call"))
	}
}

func retentionDays() *cfn.Node {
	days := cfn.NewList()
	for _, d := range retentions {
		days.Items = append(days.Items, cfn.NewInt(d))
	}
	return anyOf(object("enum", days), ofType("string", "array"), definition("Call"))
}

func tags() *cfn.Node {
	values := object("type", literal("object"), "additionalProperties", plainText())
	return anyOf(values, object("type", literal("array"), "items", definition("Tag")))
}

func steps() *cfn.Node {
	const notGenerate = "(?![Gg][Ee][Nn][Ee][Rr][Aa][Tt][Ee]$)"
	pattern := "^" + notGenerate + stepName.String()[1:]
	return object(
		"type", literal("object"), "minProperties", cfn.NewInt(1),
		"propertyNames", object("pattern", literal(pattern)),
		"additionalProperties", anyOf(definition("Step"), ofType("null"), oneOf(noValue)),
	)
}

// awsMap is a map that belongs to AWS: known and other properties may have any value.
// The page describes them, at anchors with a common prefix.
func awsMap(page, anchor string, properties []string) *cfn.Node {
	known := object()
	for _, name := range properties {
		property := object()
		if anchor != "" {
			property.Set("markdownDescription", literal("["+name+"]("+page+"#"+anchor+strings.ToLower(name)+")"))
		}
		known.Set(name, property)
	}
	return object("description", literal(page), "type", literal("object"), "properties", known)
}

func orFalse(value func() *cfn.Node) func() *cfn.Node {
	return func() *cfn.Node {
		return anyOf(value(), ofType("boolean", "string"), object("type", literal("object"), "required", cfn.Strings("Ref")))
	}
}

// functionOrRef is the job's Function: the name of a prototype, or properties.
func functionOrRef() *cfn.Node {
	return anyOf(ofType("string"), definition("FunctionProperties"))
}

const noValue = "AWS::NoValue"

// object returns a Map of alternating keys and nodes.
func object(pairs ...any) *cfn.Node {
	n := cfn.NewMap()
	for i := 0; i < len(pairs); i += 2 {
		n.Set(pairs[i].(string), pairs[i+1].(*cfn.Node))
	}
	return n
}
