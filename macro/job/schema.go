package job

import (
	"math"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// Schema returns a JSON schema, draft 7, of templates with [Type] resources, for
// editors that complete and explain what is typed. Everything but those
// resources is left to other schemas. A value may be an intrinsic function
// wherever StarJob takes one, in the long form or in the short form, of which an
// editor sees the argument alone.
// https://json-schema.org/draft-07/schema
func Schema() *cfn.Node {
	isJob := object("type", literal("object"), "required", cfn.Strings("Type"), "properties", object("Type", oneOf(Type)))
	resource := object("if", isJob, "then", definition("Resource"))
	return object(
		"$schema", literal("http://json-schema.org/draft-07/schema#"),
		"title", literal("CloudFormation template with "+Type+" resources"),
		"type", literal("object"),
		"properties", object("Resources", object("type", literal("object"), "additionalProperties", resource)),
		"definitions", definitions(),
	)
}

// RegistrySchema returns the schema of [Type] in the form of CloudFormation's
// registry, from which cfn-lint learns that the type exists and which attributes
// Fn::GetAtt may ask it for. It reads their names as regular expressions, so that
// they can stand for steps of any name.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
func RegistrySchema() *cfn.Node {
	job := jobTable.schema()
	properties := job.Get("properties")
	readOnly := cfn.NewList()
	for _, attribute := range attributes {
		properties.Default(attribute, ofType("string"))
		readOnly.Items = append(readOnly.Items, literal("/properties/"+attribute))
	}
	return object(
		"typeName", literal(Type),
		"description", literal("A distributed job: named steps, each a queue and a function that works through it."),
		"additionalProperties", cfn.NewBool(false),
		"properties", properties,
		"required", job.Get("required"),
		"readOnlyProperties", readOnly,
		"definitions", definitions(),
	)
}

// attributes are those of a job, for a step of any name, as regular expressions.
// They have no slashes, which would lead downward.
var attributes = []string{
	"Arn", "Generate[.]Arn", anyStep + "(Queue|DeadLetterQueue)[.](Arn|Url|Name)", anyStep + "Function[.](Arn|Name)", anyStep + "Role[.]Arn",
}

const anyStep = "[A-Za-z][A-Za-z0-9_-]*[.]"

func definitions() *cfn.Node {
	return object(
		"Resource", resourceTable.schema(),
		"Job", jobTable.schema(),
		"Step", stepTable.schema(),
		"Retry", retryTable.schema(),
		"Generate", generateTable.schema(),
		"Tag", tagTable.schema(),
		"FunctionProperties", awsMap("https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html", "", functionProperties),
		"Queue", awsMap("https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html", "cfn-sqs-queue-", queueProperties),
		"EventSource", awsMap("https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html", "cfn-lambda-eventsourcemapping-", mappingProperties),
		"Nothing", object("enum", cfn.NewList(&cfn.Node{}, literal(noValue), cfn.Ref(noValue))),
		"Call", object(
			"description", literal("An intrinsic function."),
			"type", literal("object"), "minProperties", cfn.NewInt(1), "maxProperties", cfn.NewInt(1),
			"patternProperties", object("^(Ref|Condition|Fn::.+)$", object()), "additionalProperties", cfn.NewBool(false),
		),
	)
}

// schema is an object with the keys of the table and no others. Each may be
// null, or AWS::NoValue, which is as if it were not there.
func (t table) schema() *cfn.Node {
	properties := object()
	for _, k := range t.keys {
		description := k.text
		if k.usual != "" {
			description += " Default: " + k.usual + "."
		}
		value := k.value()
		if !slices.Contains(t.required, k.name) {
			value = anyOf(value, definition("Nothing"))
		} else if value.Has("$ref") { // beside which nothing counts
			value = object("allOf", cfn.NewList(value))
		}
		value.Set("description", literal(description))
		properties.Set(k.name, value)
	}
	s := object("type", literal("object"), "properties", properties, "additionalProperties", cfn.NewBool(false))
	if t.required != nil {
		s.Set("required", cfn.Strings(t.required...))
	}
	return s
}

const noValue = "AWS::NoValue"

// object is a Map of keys and nodes in turn.
func object(pairs ...any) *cfn.Node {
	n := cfn.NewMap()
	for i := 0; i < len(pairs); i += 2 {
		n.Set(pairs[i].(string), pairs[i+1].(*cfn.Node))
	}
	return n
}

// The forms of values, as JSON schemas. An editor sees !Ref x as the text x, and
// !If [a, b, c] as a list: so a text or a list may be a function everywhere.

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

// plainText may be a number too, for CloudFormation makes a text of it.
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

// awsMap is a map of AWS's: the properties that StarJob knows of may be anything,
// and so may others. A page describes them, at anchors that begin alike.
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
