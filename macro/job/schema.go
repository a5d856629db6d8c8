package job

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
)

// Schema returns a JSON schema, draft 7, of templates with [Type] resources, with
// which editors complete and explain keys. It accepts anything outside those
// resources, which other schemas describe. A value may be an intrinsic function
// wherever StarJob accepts one, in the long form or in the short form, of which an
// editor sees only the argument.
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

// RegistrySchema returns the schema of [Type] in the format of CloudFormation's
// registry. It tells cfn-lint that the type exists, and which attributes Fn::GetAtt
// accepts. cfn-lint reads their names as regular expressions, so one name covers
// steps of any name.
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
		"description", literal("A distributed job of named steps. Each step is a queue and the function that processes its items."),
		"additionalProperties", cfn.NewBool(false),
		"properties", properties,
		"required", job.Get("required"),
		"readOnlyProperties", readOnly,
		"definitions", definitions(),
	)
}

// attributes are the attributes of a job, as regular expressions that match a step
// of any name. They contain no slash, which would separate keys in a path.
var attributes = []string{
	"Arn", "Generate[.]Arn", anyStep + "(Queue|DeadLetterQueue)[.](Arn|Url|Name)", anyStep + "Function[.](Arn|Name)", anyStep + "Role[.]Arn",
}

// The pages that list the properties of queues and event source mappings.
const (
	queuePage       = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html"
	eventSourcePage = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html"
)

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
		"Queue", awsMap(queuePage, "cfn-sqs-queue-", queueProperties),
		"EventSource", awsMap(eventSourcePage, "cfn-lambda-eventsourcemapping-", mappingProperties),
		"Nothing", object("enum", cfn.NewList(&cfn.Node{}, literal(noValue), cfn.Ref(noValue))),
		"Call", object(
			"description", literal("An intrinsic function."),
			"type", literal("object"), "minProperties", cfn.NewInt(1), "maxProperties", cfn.NewInt(1),
			"patternProperties", object("^(Ref|Condition|Fn::.+)$", object()), "additionalProperties", cfn.NewBool(false),
		),
	)
}

// schema returns the schema of an object with the keys of the table and no others.
// An optional key may be null or AWS::NoValue, which mean the default.
func (t table) schema() *cfn.Node {
	properties := object()
	for _, k := range t.keys {
		description := k.meaning
		if k.limits != "" {
			description += " Allowed: " + k.limits + "."
		}
		if k.standard != "" {
			description += " Default: " + k.standard + "."
		}
		value := k.value()
		if !slices.Contains(t.required, k.name) {
			value = anyOf(value, definition("Nothing"))
		} else if value.Has("$ref") { // draft 7 ignores keys next to $ref
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
