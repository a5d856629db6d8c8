package resolve

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/macro/cfn"
)

// resourceTypes are the types of resources that make an exception of the rules
// for most types: an ARN consists of the service's and the resource's name, Ref
// returns the name, and the property that names a Thing is ThingName.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
var resourceTypes = map[string]struct {
	service, prefix string // of the ARN
	refIsARN        bool   // Ref returns the ARN, not the name
	property        string // that names the resource
}{
	cfn.TypeQueue:                  {service: "sqs"},
	cfn.TypeFunction:               {service: "lambda", prefix: "function:"},
	cfn.TypeServerlessFunction:     {service: "lambda", prefix: "function:"},
	cfn.TypeGlobalTable:            {service: "dynamodb", prefix: "table/", property: "TableName"},
	cfn.TypeTable:                  {service: "dynamodb", prefix: "table/"},
	cfn.TypeEventBus:               {service: "events", prefix: "event-bus/", property: "Name"},
	cfn.TypeEventRule:              {service: "events", prefix: "rule/", property: "Name"},
	cfn.TypeStream:                 {service: "kinesis", prefix: "stream/", property: "Name"},
	cfn.TypeDeliveryStream:         {service: "firehose", prefix: "deliverystream/"},
	cfn.TypeTopic:                  {service: "sns", refIsARN: true},
	cfn.TypeParameter:              {service: "ssm", property: "Name"},
	cfn.TypeSecret:                 {service: "secretsmanager", prefix: "secret:", refIsARN: true, property: "Name"},
	cfn.TypeServerlessTable:        {service: "dynamodb", prefix: "table/", property: "TableName"},
	cfn.TypeServerlessStateMachine: {service: "states", prefix: "stateMachine:", refIsARN: true, property: "Name"},
	cfn.TypeStateMachine:           {service: "states", prefix: "stateMachine:", refIsARN: true},
}

// nameProperty returns the property that names a resource: QueueName of an
// AWS::SQS::Queue.
func nameProperty(kind string) string {
	return cmp.Or(resourceTypes[kind].property, kind[strings.LastIndexByte(kind, ':')+1:]+"Name")
}

// resourceARN returns the ARN of a resource by its type and physical name.
func resourceARN(region, kind, name string) string {
	switch kind {
	case cfn.TypeBucket:
		return "arn:" + arn.Partition + ":s3:::" + name
	case cfn.TypeRole:
		return "arn:" + arn.Partition + ":iam::" + arn.Account + ":role/" + name
	case cfn.TypeLogGroup:
		return arn.Of(region, "logs", "log-group:"+name+":*")
	}
	_, rest, _ := strings.Cut(kind, "::")
	service, _, _ := strings.Cut(strings.ToLower(rest), "::")
	return arn.Of(region, cmp.Or(resourceTypes[kind].service, service, "local"), resourceTypes[kind].prefix+name)
}

// Maximum lengths of names, which the names that CloudFormation makes observe.
const (
	maxQueueName    = 80
	maxFunctionName = 64
)

// shorten replaces the end of a name that is too long by a hash of the name.
func shorten(name string, maxLength int) string {
	if len(name) <= maxLength {
		return name
	}
	hash := fnv.New32a()
	hash.Write([]byte(name))
	return fmt.Sprintf("%s-%08x", name[:maxLength-9], hash.Sum32())
}

// isNoValue reports whether a value may resolve to AWS::NoValue.
func isNoValue(n *cfn.Node) bool {
	name, _ := n.AsRef()
	call, _, _ := n.Intrinsic()
	return name == "AWS::NoValue" || call == "Fn::If"
}
