package queuetest

// moto holds the differences between moto 5.2 and SQS.
var moto = map[string]Difference{
	"CreateQueue/names":            {[]string{taken}, "It accepts a standard queue whose name ends in .fifo; SQS keeps the suffix for FIFO queues.", api("CreateQueue")},
	"CreateQueue/deleted recently": {[]string{taken}, "It creates a queue again at once; SQS requires 60 seconds to pass.", api("CreateQueue")},
	"GetQueueUrl/owner":            {[]string{taken}, "It finds its own queue for any owner.", api("GetQueueUrl")},
	"ListQueues/bounds":            {[]string{taken}, "It accepts any size of a page; SQS has 1 to 1,000.", api("ListQueues")},
	"attributes/bounds":            {[]string{taken, "StatusCode: 500"}, "It accepts any number, and fails on other strings; SQS documents a range for each attribute.", api("SetQueueAttributes")},
	"attributes/names":             {[]string{taken, "StatusCode: 500"}, "It accepts attributes that do not exist, and those that only SQS sets; SQS answers InvalidAttributeName.", api("SetQueueAttributes")},
	"attributes/redrive":           {[]string{taken, "NonExistentQueue: Could not find DLQ", "StatusCode: 500"}, "It calls a missing dead-letter queue a missing queue, and checks neither its kind nor the count; SQS calls them invalid values.", guide("sqs-dead-letter-queues")},
	"attributes/fifo":              {[]string{taken, "FifoThroughputLimit", "DeduplicationScope"}, "It accepts no high-throughput settings, and a queue may stop being FIFO; in SQS a queue's kind cannot change.", api("SetQueueAttributes")},
	"attributes/encryption":        {[]string{"SqsManagedSseEnabled"}, "It says that SQS's own encryption is on beside a KMS key; SQS has one kind at a time.", api("SetQueueAttributes")},

	"attributes/bad policy":    {[]string{taken, "StatusCode: 500", "the policy is"}, "It accepts any JSON for a policy, and fails on other strings; SQS requires a valid policy of at most 8,192 bytes.", guide("quotas-policies")},
	"attributes/redrive allow": allowsAll, "attributes/bad redrive allow": allowsAll,

	"SendMessage/characters":           {[]string{taken, "want none"}, "It accepts characters that XML does not have, and empty bodies; SQS answers InvalidMessageContents.", api("SendMessage")},
	"SendMessage/size":                 {[]string{taken, "received 2 messages"}, "It counts the body alone; SQS counts names, types and values of attributes too.", guide("sqs-message-metadata")},
	"SendMessage/own maximum":          {[]string{taken}, "It ignores MaximumMessageSize.", api("SetQueueAttributes")},
	"SendMessage/delay bounds":         {[]string{taken}, "It accepts a negative delay; SQS requires 0 to 900 seconds.", api("SendMessage")},
	"SendMessage/bad attributes":       {[]string{taken, "'a b' is invalid"}, "It accepts most malformed message attributes, and fails where they are received; SQS refuses them when they are sent.", guide("sqs-message-metadata")},
	"SendMessage/most attributes":      {[]string{taken}, "It accepts a data type of 257 characters; SQS allows 256.", guide("sqs-message-metadata")},
	"SendMessage/numbers":              {[]string{taken}, "It accepts any text for a number; SQS checks them, up to 38 digits between 10^-128 and 10^126.", guide("sqs-message-metadata")},
	"SendMessage/empty attributes":     {[]string{taken, "attribute name '' is invalid"}, "It accepts empty types, values and names, and fails where they are received; SQS accepts none.", guide("sqs-message-metadata")},
	"SendMessage/system attributes":    {[]string{taken, "want none"}, "It accepts any system attribute; SQS has only AWSTraceHeader, of the type String.", api("SendMessage")},
	"SendMessage/trace header":         {[]string{"hash is missing"}, "It answers without MD5OfMessageSystemAttributes.", api("SendMessage")},
	"SendMessage/group on standard":    {[]string{taken}, "It accepts a deduplication ID on a standard queue; SQS has them for FIFO queues only.", api("SendMessage")},
	"SendMessageBatch/partial failure": {[]string{"3 succeeded", `received "\x01"`}, "It accepts characters that XML does not have.", api("SendMessage")},

	"SendMessageBatch/own maximum":         {[]string{"Message must be shorter than 1024 bytes"}, "It refuses the batch where one message is too long; SQS tells of each entry.", api("SendMessageBatch")},
	"SendMessageBatch/refused":             {[]string{"InvalidBatchEntryId", "want none"}, "It accepts letters outside of ASCII in an entry's ID.", api("SendMessageBatch")},
	"DeleteMessageBatch/refused":           {[]string{"BatchEntryIdsNotDistinct"}, "It accepts entries with the same receipt handle for entries with the same ID.", api("DeleteMessageBatch")},
	"ChangeMessageVisibilityBatch/refused": {[]string{taken, "want none"}, "It accepts batches of no or too many entries, and any ID.", api("ChangeMessageVisibilityBatch")},

	"ReceiveMessage/bounds":           {[]string{taken}, "It accepts a negative visibility timeout; SQS requires 0 to 43,200 seconds.", api("ReceiveMessage")},
	"ChangeMessageVisibility/bounds":  {[]string{taken}, "It accepts a negative visibility timeout; SQS requires 0 to 43,200 seconds.", api("ChangeMessageVisibility")},
	"ChangeMessageVisibility/deleted": {[]string{"ReceiptHandleIsInvalid"}, "It calls the handle of a deleted message invalid; SQS knows the handle, and says that the message is not available.", api("ChangeMessageVisibility")},

	"FIFO/deduplication":            {[]string{"another ID", "want none"}, "It forgets a deduplication ID with its message; SQS remembers it for five minutes, also of deleted messages.", guide("using-messagededuplicationid-property")},
	"FIFO/deduplication per group":  {[]string{"and then nothing"}, "It has no DeduplicationScope messageGroup.", guide("high-throughput-fifo")},
	"FIFO/attributes":               {[]string{"sequence numbers"}, "It answers without SequenceNumber.", api("SendMessage")},
	"FIFO/missing parameters":       {[]string{taken, "want none"}, "It accepts a group ID of 129 characters; SQS allows 128.", api("SendMessage")},
	"FIFO/batch without groups":     {[]string{"MissingParameter"}, "It names the error as for a single message; SQS calls the entry's value invalid.", api("SendMessageBatch")},
	"FIFO/timed-out handle":         {[]string{taken, "received 0 messages"}, "It deletes by a handle whose visibility timeout is over; SQS refuses, as the group has moved on.", guide("sqs-visibility-timeout")},
	"FIFO/deduplication in a batch": {[]string{"succeeded:"}, "A repetition within a batch gets a new ID; SQS answers as for the first.", guide("FIFO-queues-exactly-once-processing")},
	"FIFO/deduplication IDs":        {[]string{taken, "received 4 messages"}, "It accepts any deduplication ID; SQS's have up to 128 letters, digits and punctuation marks.", api("SendMessage")},
	"FIFO/attempts":                 noAttempts("brings 0 messages again"), "FIFO/attempt and change": noAttempts(taken),
	"dead-letter/FIFO is new": {[]string{"it was sent at", "its deduplication ID is"}, "A dead letter keeps its time and deduplication ID; on FIFO queues SQS resets them.", guide("sqs-dead-letter-queues")},
	"dead-letter/moves":       {[]string{"its source is"}, "A dead letter does not say where it came from; in SQS DeadLetterQueueSourceArn does.", api("ReceiveMessage")},

	"StartMessageMoveTask/back":                 noMoves,
	"StartMessageMoveTask/elsewhere":            noMoves,
	"StartMessageMoveTask/FIFO":                 noMoves,
	"StartMessageMoveTask/refused":              noMoves,
	"StartMessageMoveTask/no dead-letter queue": noMoves,
	"StartMessageMoveTask/unknown source":       noMoves,
	"StartMessageMoveTask/new messages":         noMoves,
	"StartMessageMoveTask/other kind":           noMoves,
	"ListMessageMoveTasks":                      noMoves,
	"CancelMessageMoveTask":                     noMoves,
}

var noMoves = Difference{[]string{"StatusCode: 500"}, "It has no message move tasks.", api("StartMessageMoveTask")}

var allowsAll = Difference{[]string{taken}, "It accepts any RedriveAllowPolicy, and lets every queue have any dead-letter queue.", api("SetQueueAttributes")}
