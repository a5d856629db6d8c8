package job

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// table describes a map that StarJob defines. The decoder reads the keys and the
// bounds of their values from it, [Schema] also their meaning, for editors, and
// [Reference] all of it, for docs/reference.md.
type table struct {
	what     string // completes the message "x is not …" about an unknown key
	keys     []key
	required []string
}

// key is a key of such a map. Its texts are Markdown without links.
type key struct {
	name     string
	meaning  string // full sentences
	standard string // the default, in words; may be empty
	limits   string // the allowed values, in words; may be empty
	value    func() *cfn.Node
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
	{"Type", "The resource type.", "", "", func() *cfn.Node { return oneOf(Type) }},
	{"Properties", "The job.", "", "", defined("Job")},
	{"Condition", "The name of a condition. All resources of the job get it.", "the Condition of the prototype", "", plainText},
	{"DependsOn", "A logical ID, or a list of logical IDs. All resources of the job depend on them.", "", "", textOrList},
	{"DeletionPolicy", "All resources of the job get this policy.", "", "`Delete`, `Retain`, `RetainExceptOnCreate`", anything},
	{"UpdateReplacePolicy", "All resources of the job get this policy.", "", "`Delete`, `Retain`", anything},
	{"Metadata", "All resources of the job get this metadata.", "", "", anyMap},
}, []string{"Type", "Properties"}}

var jobTable = table{"a property of a " + Type, append([]key{
	{"Function", "`!Ref` of a function of this template, called the prototype, of which all functions of the job are copies. Or the properties of a function: `{Runtime: …, Code: {S3Bucket: …, S3Key: …}}`; for Node.js and Python also `Code: {ZipFile: …}`.", "a function's `Timeout` is 60 s, unless you or `Globals` set it", "", functionOrRef},
	{"Name", "The prefix of all physical names: `<Name>-<step>`, `<Name>-<step>-dead`, `<Name>-generate`. It may be an intrinsic function.", "CloudFormation chooses names", "letters, digits, `-` and `_`; function names up to 64 characters, queue names up to 80", plainText},
	{"Steps", "The steps of the job, by name. A step is a queue and the function that processes its items.", "", "at least one step; a name has letters, digits, `-` and `_` and starts with a letter; `generate` is reserved", steps},
	{"Generate", "The generate function, which puts items into the queues from outside the job; `false` for none.", "a function with the prototype's settings", "", orFalse(defined("Generate"))},
	{"MaxDepth", "How many generations deep a chain of items may grow; 0 for no limit.", fmt.Sprint(DefaultMaxDepth), depthBounds.String(), number(depthBounds)},
}, settingKeys...), []string{"Function", "Steps"}}

var stepTable = table{"a key of a step", append([]key{
	{"Handler", "Go: the name with which the handler is registered. Node.js and Python: `file.function`, as in Lambda (`src/replay.scanS3`, `jobs.replay.scan_s3`).", "the step's name; for Node.js and Python the function of that name in the file of the prototype's `Handler`, or in `index`", "1 to 128 characters without white space", plainText},
	{"Generates", "The steps that this step may generate items for. The list limits permissions, environment and what `generate` accepts.", "all steps of the job", "", textList},
	{"Function", "Properties that are merged over those of the job's functions.", "", "", defined("FunctionProperties")},
}, settingKeys...), nil}

// settingKeys are the keys that both a job and its steps may have. Function is
// not among them, because its meaning differs.
var settingKeys = []key{
	{"Queue", "Any property of AWS::SQS::Queue.", "`VisibilityTimeout` is 6 times the function's timeout, plus the batching window", "", defined("Queue")},
	{"EventSource", "Any property of AWS::Lambda::EventSourceMapping.", "batches of 10 items, no batching window", "`BatchSize` up to 10,000 (10 for FIFO queues); above 10 it requires `MaximumBatchingWindowInSeconds`, 1 to 300", defined("EventSource")},
	{"Retry", "How many attempts an item has, and how long a failed item waits before it is retried.", "5 attempts, delays from 1 to 900 seconds", "", defined("Retry")},
	{"DeadLetterQueue", "Properties of the queue for items that exhausted their attempts, any of AWS::SQS::Queue; `false` for none.", "14 days' retention", "", orFalse(defined("Queue"))},
	{"IgnoreErrors", "If true, a failed item is logged, counted and treated as complete.", "`false`", "", boolean},
	{"Tags", "Tags of every resource that supports them: a map, or a list of `{Key, Value}`.", "", "", tags},
	{"LogRetentionInDays", "How long CloudWatch Logs keeps log events.", fmt.Sprint(DefaultLogRetentionInDays), retentionBounds(), retentionDays},
}

var retryTable = table{"a key of Retry", []key{
	{"MaxAttempts", "How many times an item is received before it goes to the dead-letter queue.", fmt.Sprint(DefaultMaxAttempts), attemptBounds.String(), number(attemptBounds)},
	{"MinDelay", "The shortest delay of the exponential back-off, in seconds.", fmt.Sprint(DefaultMinDelay), delayBounds.String(), number(delayBounds)},
	{"MaxDelay", "The longest delay of the exponential back-off, in seconds.", fmt.Sprint(DefaultMaxDelay), delayBounds.String() + "; at least `MinDelay`", number(delayBounds)},
}, nil}

var generateTable = table{"a key of Generate", []key{
	{"Function", "Properties that are merged over those of the job's functions. `Events` in it start the job.", "", "", defined("FunctionProperties")},
	{"DefaultStep", "The step for events that name no step, such as those of a schedule.", "such events are rejected", "", plainText},
}, nil}

var tagTable = table{"a key of a tag", []key{
	{"Key", "The tag's name.", "", "1 to 128 characters that do not start with `aws:`", plainText},
	{"Value", "The tag's value.", "", "", plainText},
}, []string{"Key", "Value"}}

// The AWS properties that editors suggest in a job's maps, and that StarJob
// recognizes one level too high. Any other property is passed on as well.
var (
	queueProperties = strings.Fields(`
		ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit
		KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod QueueName
		ReceiveMessageWaitTimeSeconds RedriveAllowPolicy RedrivePolicy SqsManagedSseEnabled Tags VisibilityTimeout`)
	// Without those that StarJob sets itself, and those for sources other than SQS.
	mappingProperties = strings.Fields(`
		BatchSize Enabled FilterCriteria KmsKeyArn MaximumBatchingWindowInSeconds MetricsConfig
		ProvisionedPollerConfig ScalingConfig Tags`)
	// Those of AWS::Lambda::Function and of AWS::Serverless::Function, without
	// Handler, which StarJob sets.
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
