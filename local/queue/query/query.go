// Package query translates the older of SQS's two protocols, AWS Query, to the
// JSON protocol and back: forms become JSON, and JSON becomes XML. It knows only
// how members are named and nested, and neither HTTP nor what an action does.
// Start reading at [Request] and [Response].
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
package query

// A parameter describes the values under a name in a form. Lists and maps are
// flattened: each element has the name of the list or map, and a number.
type parameter struct {
	kind kind
	json string // its name in JSON, if that is another
	key  string // the name of a map's keys; values are called Value
}

type kind int

const (
	text kind = iota
	number
	list
	object
)

// parameters are those of all actions, with those of their entries and
// attributes. An entry's name begins with the action's, which this table omits.
var parameters = map[string]parameter{
	"BinaryValue":             {},
	"DataType":                {},
	"DestinationArn":          {},
	"Id":                      {},
	"MessageBody":             {},
	"MessageDeduplicationId":  {},
	"MessageGroupId":          {},
	"NextToken":               {},
	"QueueName":               {},
	"QueueNamePrefix":         {},
	"QueueOwnerAWSAccountId":  {},
	"QueueUrl":                {},
	"ReceiptHandle":           {},
	"ReceiveRequestAttemptId": {},
	"SourceArn":               {},
	"StringValue":             {},
	"TaskHandle":              {},

	"DelaySeconds":                 {kind: number},
	"MaxNumberOfMessages":          {kind: number},
	"MaxNumberOfMessagesPerSecond": {kind: number},
	"MaxResults":                   {kind: number},
	"VisibilityTimeout":            {kind: number},
	"WaitTimeSeconds":              {kind: number},

	"AttributeName":              {list, "AttributeNames", ""},
	"BinaryListValue":            {list, "BinaryListValues", ""},
	"MessageAttributeName":       {list, "MessageAttributeNames", ""},
	"MessageSystemAttributeName": {list, "MessageSystemAttributeNames", ""},
	"RequestEntry":               {list, "Entries", ""},
	"StringListValue":            {list, "StringListValues", ""},
	"TagKey":                     {list, "TagKeys", ""},

	"Attribute":              {object, "Attributes", "Name"},
	"MessageAttribute":       {object, "MessageAttributes", "Name"},
	"MessageSystemAttribute": {object, "MessageSystemAttributes", "Name"},
	"Tag":                    {object, "Tags", "Key"}, // tags, for CreateQueue: Go's JSON accepts either

	// TagQueue's, as the AWS SDK for Java 2.x called them as long as it spoke this
	// protocol, because its model gives the member that name in JSON.
	// https://github.com/aws/aws-sdk-java-v2/issues/2524
	"Tags": {kind: object, key: "Key"},
}

// An element describes the XML of each part of an answer's list or map.
type element struct {
	name string // in which * is the action's name
	key  string // the name of a map's keys
}

// elements are those of all actions, by the names of the lists and maps in JSON.
var elements = map[string]element{
	"Failed":     {"BatchResultErrorEntry", ""},
	"Messages":   {"Message", ""},
	"QueueUrls":  {"QueueUrl", ""},
	"queueUrls":  {"QueueUrl", ""},
	"Results":    {"*ResultEntry", ""},
	"Successful": {"*ResultEntry", ""},

	"Attributes":        {"Attribute", "Name"},
	"MessageAttributes": {"MessageAttribute", "Name"},
	"Tags":              {"Tag", "Key"},
}
