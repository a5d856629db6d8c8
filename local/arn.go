package local

import (
	"cmp"
	"strings"
)

// named are types of resources whose ARNs, references or names are not made as
// those of most: of the service's and the resource's name, and of a property
// that is called as the type is.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
var named = map[string]struct {
	service, prefix string // of its ARN
	refIsARN        bool   // and not the name
	property        string // that names it, where it is another one
}{
	queueType:                              {service: "sqs"},
	functionType:                           {service: "lambda", prefix: "function:"},
	serverlessType:                         {service: "lambda", prefix: "function:"},
	"AWS::DynamoDB::GlobalTable":           {service: "dynamodb", prefix: "table/", property: "TableName"},
	"AWS::DynamoDB::Table":                 {service: "dynamodb", prefix: "table/"},
	"AWS::Events::EventBus":                {service: "events", prefix: "event-bus/", property: "Name"},
	"AWS::Events::Rule":                    {service: "events", prefix: "rule/", property: "Name"},
	"AWS::Kinesis::Stream":                 {service: "kinesis", prefix: "stream/", property: "Name"},
	"AWS::KinesisFirehose::DeliveryStream": {service: "firehose", prefix: "deliverystream/"},
	"AWS::SNS::Topic":                      {service: "sns", refIsARN: true},
	"AWS::SSM::Parameter":                  {service: "ssm", property: "Name"},
	"AWS::SecretsManager::Secret":          {service: "secretsmanager", prefix: "secret:", refIsARN: true, property: "Name"},
	"AWS::Serverless::SimpleTable":         {service: "dynamodb", prefix: "table/", property: "TableName"},
	"AWS::Serverless::StateMachine":        {service: "states", prefix: "stateMachine:", refIsARN: true, property: "Name"},
	"AWS::StepFunctions::StateMachine":     {service: "states", prefix: "stateMachine:", refIsARN: true},
}

// nameProperty is the property that names a resource: QueueName of an
// AWS::SQS::Queue.
func nameProperty(kind string) string {
	return cmp.Or(named[kind].property, kind[strings.LastIndexByte(kind, ':')+1:]+"Name")
}

// resourceARN is the ARN of a resource by its type and physical name.
func (s *scope) resourceARN(kind, name string) string {
	switch kind {
	case "AWS::S3::Bucket":
		return "arn:" + partition + ":s3:::" + name
	case "AWS::IAM::Role":
		return "arn:" + partition + ":iam::" + account + ":role/" + name
	case "AWS::Logs::LogGroup":
		return s.arn("logs", "log-group:"+name+":*")
	}
	_, rest, _ := strings.Cut(kind, "::")
	service, _, _ := strings.Cut(strings.ToLower(rest), "::")
	return s.arn(cmp.Or(named[kind].service, service, "local"), named[kind].prefix+name)
}

func (s *scope) arn(service, name string) string {
	return "arn:" + partition + ":" + service + ":" + s.region + ":" + account + ":" + name
}

// regionOf is the region in an ARN.
func regionOf(arn string) string {
	for range 3 {
		_, arn, _ = strings.Cut(arn, ":")
	}
	region, _, _ := strings.Cut(arn, ":")
	return region
}
