package queuetest

// elasticMQ is what ElasticMQ 1.7 does otherwise than SQS, with its strict
// limits.
var elasticMQ = map[string]Difference{
	"CreateQueue/names":     {[]string{"InvalidAttributeName"}, "It calls a bad name an attribute's; SQS calls it a parameter's value.", api("CreateQueue")},
	"ListQueues":            {[]string{"a page of at most 2 has 5"}, "It has no pages; SQS has them where MaxResults is given.", api("ListQueues")},
	"PurgeQueue":            {[]string{taken}, "It purges as often as one likes; SQS once in 60 seconds.", api("PurgeQueue")},
	"unknown queue":         {[]string{"want [\"AWS.SimpleQueueService.NonExistentQueue\"]"}, "It answers without X-Amzn-Query-Error, so the error has no query-compatible code.", guide("sqs-making-api-requests-json")},
	"attributes/defaults":   {[]string{"MaximumMessageSize", "MessageRetentionPeriod", "SqsManagedSseEnabled"}, "It has no retention, encryption or size of a queue's own.", api("GetQueueAttributes")},
	"attributes/set":        {[]string{"MaximumMessageSize", "MessageRetentionPeriod"}, "It has no retention or size of a queue's own.", api("SetQueueAttributes")},
	"attributes/bounds":     {[]string{taken}, "It checks some bounds only; SQS documents a range for each attribute.", api("SetQueueAttributes")},
	"attributes/names":      {[]string{taken}, "It takes and skips names that there are not; SQS answers InvalidAttributeName.", api("SetQueueAttributes")},
	"attributes/redrive":    {[]string{taken, "QueueDoesNotExist"}, "It calls a missing dead-letter queue a missing queue, and does not check its kind; SQS calls both invalid values.", guide("sqs-dead-letter-queues")},
	"attributes/removed":    {[]string{"The attribute value for RedrivePolicy is invalid"}, "A redrive policy cannot be taken away again; in SQS an empty value does so.", api("SetQueueAttributes")},
	"attributes/fifo":       {[]string{taken, "FifoThroughputLimit", "DeduplicationScope"}, "It has no high-throughput settings, and a queue may stop being FIFO; in SQS a queue's kind cannot change.", guide("high-throughput-fifo")},
	"attributes/encryption": {[]string{"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"}, "It has no encryption.", api("SetQueueAttributes")},

	"SendMessage/characters":     {[]string{"InvalidAttributeValue", "InvalidAction"}, "It refuses with another code, and U+FFFF as no JSON at all; SQS answers InvalidMessageContents.", api("SendMessage")},
	"SendMessage/size":           {[]string{taken, "received 2 messages"}, "It counts the body alone; SQS counts names, types and values of attributes too.", guide("sqs-message-metadata")},
	"SendMessage/own maximum":    {[]string{taken}, "It has no MaximumMessageSize.", api("SetQueueAttributes")},
	"SendMessage/bad attributes": {[]string{taken, "InvalidAttributeValue", "MissingParameter", "want none"}, "It takes malformed names, and refuses the rest with other codes; SQS answers InvalidParameterValue.", guide("sqs-message-metadata")},
	"SendMessage/trace header":   {[]string{"hash is missing"}, "It answers without MD5OfMessageSystemAttributes.", api("SendMessage")},
	"SendMessageBatch/refused":   {[]string{"EmptyBatchRequest", "InvalidBatchEntryId", "want none"}, "It takes empty batches and any entry's ID.", api("SendMessageBatch")},
	"SendMessageBatch/size":      {[]string{"MessageTooLong"}, "It has another code for too long a batch; SQS answers BatchRequestTooLong.", api("SendMessageBatch")},

	"ReceiveMessage/bounds":             {[]string{taken, "InvalidAttributeValue"}, "It takes any visibility timeout, and has another code for other numbers.", api("ReceiveMessage")},
	"ReceiveMessage/message attributes": {[]string{`"Hel.*" brings []`}, "It takes a prefix only up to a dot of the name; in SQS it may end anywhere.", api("ReceiveMessage")},
	"DeleteMessage":                     {[]string{"ReceiptHandleIsInvalid"}, "To delete a message again is an error; in SQS it is none.", api("DeleteMessage")},
	"DeleteMessage/old handle":          {[]string{"ReceiptHandleIsInvalid"}, "An older receipt handle is an error; SQS answers with success, and may keep the message.", api("DeleteMessage")},
	"DeleteMessageBatch":                {[]string{"EmptyBatchRequest"}, "It takes an empty batch.", api("DeleteMessageBatch")},
	"ChangeMessageVisibility/bounds":    {[]string{taken}, "It takes any visibility timeout; SQS wants 0 to 43,200 seconds.", api("ChangeMessageVisibility")},
	"ChangeMessageVisibility/deleted":   {[]string{"ReceiptHandleIsInvalid"}, "It calls the handle of a deleted message invalid; SQS knows the handle, and says that the message is not available.", api("ChangeMessageVisibility")},
	"ChangeMessageVisibilityBatch":      {[]string{"succeeded:", "received 0 messages"}, "It takes any visibility timeout; SQS wants 0 to 43,200 seconds.", api("ChangeMessageVisibilityBatch")},

	"FIFO/deduplication per group": {[]string{"and then nothing"}, "It has no DeduplicationScope messageGroup.", guide("high-throughput-fifo")},
	"FIFO/attributes":              {[]string{"sequence numbers"}, "Its sequence numbers are short; SQS's have 20 digits, so that they sort as text.", api("SendMessage")},
	"FIFO/batch without groups":    {[]string{taken}, "It takes messages without a group.", api("SendMessageBatch")},
	"FIFO/timed-out handle":        {[]string{taken, "received 0 messages"}, "It deletes by a handle whose visibility timeout is over; SQS refuses, as the group has moved on.", guide("sqs-visibility-timeout")},

	"AddPermission":                             {[]string{"the statements are map[]", "the action of", "the principal is"}, "It takes permissions and keeps none.", api("AddPermission")},
	"AddPermission/refused":                     {[]string{taken, "the statements are map[]"}, "It takes permissions and keeps none.", api("AddPermission")},
	"RemovePermission":                          {[]string{taken, "the statements are map[]"}, "It takes permissions and keeps none.", api("RemovePermission")},
	"StartMessageMoveTask/FIFO":                 {[]string{"and then nothing"}, "It counts FIFO messages as moved that do not arrive; SQS moves them.", guide("sqs-configure-dead-letter-queue-redrive")},
	"StartMessageMoveTask/refused":              {[]string{taken, "QueueDoesNotExist"}, "It takes any rate, and calls a missing resource a missing queue; SQS answers ResourceNotFoundException.", api("StartMessageMoveTask")},
	"StartMessageMoveTask/no dead-letter queue": {[]string{"StatusCode: 50"}, "It thinks for 20 seconds and fails; SQS refuses.", api("StartMessageMoveTask")},
	"StartMessageMoveTask/unknown source":       {[]string{"COMPLETED", "received 0 messages"}, "A message that was sent to the dead-letter queue itself is lost; in SQS it stays, and the task fails.", guide("troubleshooting-dlq-redrive")},
	"ListMessageMoveTasks":                      {[]string{"2 tasks are listed"}, "It lists all tasks where no number is given; SQS the latest one.", api("ListMessageMoveTasks")},
	"CancelMessageMoveTask":                     {[]string{"UnsupportedOperation", "0 tasks are listed"}, "It forgets a cancelled task, and has another code for a second one.", api("CancelMessageMoveTask")},
}
