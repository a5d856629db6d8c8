package cfn

// Types of resources that StarJob treats specially. A resource of any other type is
// passed on unchanged.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
const (
	// TypeQueue is an Amazon SQS queue.
	TypeQueue = "AWS::SQS::Queue"
	// TypeTopic is an Amazon SNS topic.
	TypeTopic = "AWS::SNS::Topic"

	// TypeFunction is a Lambda function.
	TypeFunction = "AWS::Lambda::Function"
	// TypeEventSourceMapping connects a queue to the function that it invokes.
	TypeEventSourceMapping = "AWS::Lambda::EventSourceMapping"
	// TypeFunctionURL is the HTTPS endpoint of a function.
	TypeFunctionURL = "AWS::Lambda::Url"
	// TypeFunctionAlias is a name for a version of a function.
	TypeFunctionAlias = "AWS::Lambda::Alias"
	// TypeFunctionVersion is an immutable version of a function.
	TypeFunctionVersion = "AWS::Lambda::Version"
	// TypeLayerVersion is an immutable version of a layer.
	TypeLayerVersion = "AWS::Lambda::LayerVersion"

	// TypeRole is an IAM role.
	TypeRole = "AWS::IAM::Role"
	// TypePolicy is an inline policy that is attached to existing roles.
	TypePolicy = "AWS::IAM::Policy"
	// TypeKey is a KMS key.
	TypeKey = "AWS::KMS::Key"
	// TypeKeyAlias is a name for a KMS key.
	TypeKeyAlias = "AWS::KMS::Alias"

	// TypeLogGroup is a log group of CloudWatch Logs.
	TypeLogGroup = "AWS::Logs::LogGroup"
	// TypeBucket is an Amazon S3 bucket.
	TypeBucket = "AWS::S3::Bucket"
	// TypeTable is a DynamoDB table.
	TypeTable = "AWS::DynamoDB::Table"
	// TypeGlobalTable is a DynamoDB table with replicas in several Regions.
	TypeGlobalTable = "AWS::DynamoDB::GlobalTable"
	// TypeStream is a Kinesis data stream.
	TypeStream = "AWS::Kinesis::Stream"
	// TypeDeliveryStream is a stream of Amazon Data Firehose.
	TypeDeliveryStream = "AWS::KinesisFirehose::DeliveryStream"
	// TypeEventBus is an EventBridge event bus.
	TypeEventBus = "AWS::Events::EventBus"
	// TypeEventRule is an EventBridge rule.
	TypeEventRule = "AWS::Events::Rule"
	// TypeStateMachine is a Step Functions state machine.
	TypeStateMachine = "AWS::StepFunctions::StateMachine"
	// TypeSecret is a secret of AWS Secrets Manager.
	TypeSecret = "AWS::SecretsManager::Secret"
	// TypeParameter is a parameter of AWS Systems Manager's Parameter Store.
	TypeParameter = "AWS::SSM::Parameter"
)

// Types of resources that AWS SAM's transform replaces with one or more of the types
// above.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html
const (
	// TypeServerlessPrefix begins the names of all of these types.
	TypeServerlessPrefix = "AWS::Serverless::"
	// TypeServerlessFunction becomes a function, its role, and what its Events need.
	TypeServerlessFunction = TypeServerlessPrefix + "Function"
	// TypeServerlessConnector becomes permissions between two resources.
	TypeServerlessConnector = TypeServerlessPrefix + "Connector"
	// TypeServerlessTable becomes a DynamoDB table.
	TypeServerlessTable = TypeServerlessPrefix + "SimpleTable"
	// TypeServerlessStateMachine becomes a state machine and its role.
	TypeServerlessStateMachine = TypeServerlessPrefix + "StateMachine"
	// TypeServerlessLayerVersion becomes a layer version.
	TypeServerlessLayerVersion = TypeServerlessPrefix + "LayerVersion"
)
