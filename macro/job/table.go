package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// table describes a map of StarJob's own. The decoder reads from it which keys
// there are and what bounds their values have; [Schema] reads the same, and
// their meaning, for editors.
type table struct {
	what     string // of a key that is not in it: "x is not …"
	keys     []key
	required []string
}

// key is a key of such a map.
type key struct {
	name  string
	text  string // its meaning
	usual string // its default in words; may be empty
	value func() *cfn.Node
}

// names are the table's keys in order.
func (t table) names() []string {
	names := make([]string, len(t.keys))
	for i, k := range t.keys {
		names[i] = k.name
	}
	return names
}

var resourceTable = table{"an attribute of a " + Type + " resource", []key{
	{"Type", "StarJob's one type of resource.", "", func() *cfn.Node { return oneOf(Type) }},
	{"Properties", "The job.", "", defined("Job")},
	{"Condition", "The name of a condition. It goes to everything that comes out of the job.", "that of the prototype", plainText},
	{"DependsOn", "A logical ID, or a list of them. Everything that comes out of the job depends on them.", "", textOrList},
	{"DeletionPolicy", "Goes to everything that comes out of the job.", "", anything},
	{"UpdateReplacePolicy", "Goes to everything that comes out of the job.", "", anything},
	{"Metadata", "Goes to everything that comes out of the job.", "", anyMap},
}, []string{"Type", "Properties"}}

var jobTable = table{"a property of a " + Type, append([]key{
	{"Function", "!Ref of the prototype, a function of this template that all functions of the job are copies of; or the properties of a function: {Runtime: …, Code: {S3Bucket: …, S3Key: …}}, or with Code: {ZipFile: …} for Node.js and Python.", "", functionOrRef},
	{"Name", "Prefix of all physical names: <Name>-<step>, <Name>-<step>-dead, <Name>-generate. May be an intrinsic function.", "CloudFormation chooses names", plainText},
	{"Steps", "The job's steps by their names, which have letters, digits, - and _ and begin with a letter; generate is reserved. A step is a queue and the function that works through it.", "", steps},
	{"Generate", "The function that puts items into the queues from outside; false for none.", "a function with the prototype's settings", orFalse(defined("Generate"))},
	{"MaxDepth", "How many generations deep a chain of items may grow; 0 for no limit.", fmt.Sprint(DefaultMaxDepth), number(depthBounds)},
}, settingKeys...), []string{"Function", "Steps"}}

var stepTable = table{"a key of a step", append([]key{
	{"Handler", "The name that the step's handler is registered with; for Node.js and Python file.function.", "the step's name; for Node.js and Python in the file of the prototype's Handler, or in index", plainText},
	{"Generates", "The steps that this one may generate items for: narrows permissions, environment, and what generate accepts.", "all steps of the job", textList},
	{"Function", "Properties in which this step's function differs from the job's.", "", defined("FunctionProperties")},
}, settingKeys...), nil}

// settingKeys are the keys that a job and its steps may both have, but for
// Function.
var settingKeys = []key{
	{"Queue", "Any property of AWS::SQS::Queue.", "VisibilityTimeout is 6 times the function's timeout, plus the batching window", defined("Queue")},
	{"EventSource", "Any property of AWS::Lambda::EventSourceMapping. BatchSize goes up to 10,000, or 10 for FIFO queues; over 10 it needs MaximumBatchingWindowInSeconds, 1 to 300.", "10 items a batch, no window", defined("EventSource")},
	{"Retry", "How often and after what delays a failed item comes back.", "", defined("Retry")},
	{"DeadLetterQueue", "Properties of the queue for items that are given up, any of AWS::SQS::Queue; false for none.", "14 days' retention", orFalse(defined("Queue"))},
	{"IgnoreErrors", "A failed item is logged, counted, and treated as complete.", "false", boolean},
	{"Tags", "Tags of every resource that takes them: a map, or a list of {Key, Value}.", "", tags},
	{"LogRetentionInDays", "How long log events are kept.", fmt.Sprint(DefaultLogRetentionInDays), retentionDays},
}

var retryTable = table{"a key of Retry", []key{
	{"MaxAttempts", "How often an item is received before it goes to the dead-letter queue.", fmt.Sprint(DefaultMaxAttempts), number(attemptBounds)},
	{"MinDelay", "The shortest back-off of a failed item, in seconds.", fmt.Sprint(DefaultMinDelay), number(delayBounds)},
	{"MaxDelay", "The longest back-off of a failed item, in seconds.", fmt.Sprint(DefaultMaxDelay), number(delayBounds)},
}, nil}

var generateTable = table{"a key of Generate", []key{
	{"Function", "Properties in which the generate function differs from the job's; its Events kick the job off.", "", defined("FunctionProperties")},
	{"DefaultStep", "The step for events that name none, such as those of a schedule.", "such events are refused", plainText},
}, nil}

var tagTable = table{"a key of a tag", []key{
	{"Key", "The tag's name: 1 to 128 characters that do not begin with aws:.", "", plainText},
	{"Value", "The tag's value.", "", plainText},
}, []string{"Key", "Value"}}

// The properties of AWS's that a job's maps are made for. Any other is passed on
// as well: these are what editors offer, and what is recognized where it is
// one level too high.
var (
	queueProperties = strings.Fields(`
		ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit
		KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod QueueName
		ReceiveMessageWaitTimeSeconds RedriveAllowPolicy RedrivePolicy SqsManagedSseEnabled Tags VisibilityTimeout`)
	// Without those that StarJob owns, and those of other sources than SQS.
	mappingProperties = strings.Fields(`
		BatchSize Enabled FilterCriteria KmsKeyArn MaximumBatchingWindowInSeconds MetricsConfig
		ProvisionedPollerConfig ScalingConfig Tags`)
	// Those of AWS::Lambda::Function and of AWS::Serverless::Function, without
	// the Handler, which is StarJob's.
	functionProperties = strings.Fields(`
		Architectures AssumeRolePolicyDocument AutoPublishAlias AutoPublishAliasAllProperties AutoPublishCodeSha256
		CapacityProviderConfig Code CodeSigningConfigArn CodeUri DeadLetterConfig DeadLetterQueue DeploymentPreference
		Description DurableConfig Environment EphemeralStorage EventInvokeConfig Events FileSystemConfigs FunctionName
		FunctionScalingConfig FunctionUrlConfig ImageConfig ImageUri InlineCode KmsKeyArn Layers LoggingConfig
		MemorySize PackageType PermissionsBoundary Policies PropagateTags ProvisionedConcurrencyConfig
		PublishToLatestPublished RecursiveLoop ReservedConcurrentExecutions Role RolePath Runtime
		RuntimeManagementConfig SnapStart SourceKMSKeyArn Tags TenancyConfig Timeout Tracing TracingConfig
		VersionDeletionPolicy VersionDescription VpcConfig`)
)
