package job

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
)

// Schema returns a JSON schema, draft 7, of templates with [Type] resources, for
// editors that complete and explain what is typed. Everything but those
// resources is left to other schemas. A value may be an intrinsic function
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
