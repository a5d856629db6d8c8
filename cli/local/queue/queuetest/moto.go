package queuetest

// moto is what moto 5.2 does otherwise than SQS.
var moto = map[string]Difference{
	"CreateQueue/names":     {[]string{taken}, "It takes a standard queue whose name ends in .fifo; SQS keeps the suffix for FIFO queues.", api("CreateQueue")},
	"attributes/bounds":     {[]string{taken, "StatusCode: 500"}, "It takes any number, and fails on what is none; SQS documents a range for each attribute.", api("SetQueueAttributes")},
	"attributes/names":      {[]string{taken, "StatusCode: 500"}, "It takes attributes that there are not, and those that only SQS sets; SQS answers InvalidAttributeName.", api("SetQueueAttributes")},
	"attributes/redrive":    {[]string{taken, "NonExistentQueue: Could not find DLQ", "StatusCode: 500"}, "It calls a missing dead-letter queue a missing queue, and checks neither its kind nor the count; SQS calls them invalid values.", guide("sqs-dead-letter-queues")},
	"attributes/fifo":       {[]string{taken, "FifoThroughputLimit", "DeduplicationScope"}, "It takes no high-throughput settings, and a queue may stop being FIFO; in SQS a queue's kind cannot change.", api("SetQueueAttributes")},
	"attributes/encryption": {[]string{"SqsManagedSseEnabled"}, "It says that SQS's own encryption is on beside a KMS key; SQS has one kind at a time.", api("SetQueueAttributes")},

	"SendMessage/characters":           {[]string{taken, "want none"}, "It takes characters that XML has not, and empty bodies; SQS answers InvalidMessageContents.", api("SendMessage")},
	"SendMessage/size":                 {[]string{taken, "received 2 messages"}, "It counts the body alone; SQS counts names, types and values of attributes too.", guide("sqs-message-metadata")},
	"SendMessage/own maximum":          {[]string{taken}, "It ignores MaximumMessageSize.", api("SetQueueAttributes")},
	"SendMessage/delay bounds":         {[]string{taken}, "It takes a negative delay; SQS wants 0 to 900 seconds.", api("SendMessage")},
	"SendMessage/bad attributes":       {[]string{taken, "'a b' is invalid"}, "It takes most malformed message attributes, and fails where they are received; SQS refuses them when they are sent.", guide("sqs-message-metadata")},
	"SendMessage/trace header":         {[]string{"hash is missing"}, "It answers without MD5OfMessageSystemAttributes.", api("SendMessage")},
	"SendMessage/group on standard":    {[]string{taken}, "It takes a deduplication ID on a standard queue; SQS has them for FIFO queues only.", api("SendMessage")},
	"SendMessageBatch/partial failure": {[]string{"3 succeeded", `received "\x01"`}, "It takes characters that XML has not.", api("SendMessage")},

	"ReceiveMessage/bounds":           {[]string{taken}, "It takes a negative visibility timeout; SQS wants 0 to 43,200 seconds.", api("ReceiveMessage")},
	"ChangeMessageVisibility/bounds":  {[]string{taken}, "It takes a negative visibility timeout; SQS wants 0 to 43,200 seconds.", api("ChangeMessageVisibility")},
	"ChangeMessageVisibility/deleted": {[]string{"ReceiptHandleIsInvalid"}, "It calls the handle of a deleted message invalid; SQS knows the handle, and says that the message is not available.", api("ChangeMessageVisibility")},

	"FIFO/deduplication":           {[]string{"another ID", "want none"}, "It forgets a deduplication ID with its message; SQS remembers it for five minutes, also of deleted messages.", guide("using-messagededuplicationid-property")},
	"FIFO/deduplication per group": {[]string{"and then nothing"}, "It has no DeduplicationScope messageGroup.", guide("high-throughput-fifo")},
	"FIFO/attributes":              {[]string{"sequence numbers"}, "It answers without SequenceNumber.", api("SendMessage")},
	"FIFO/missing parameters":      {[]string{taken, "want none"}, "It takes a group ID of 129 characters; SQS allows 128.", api("SendMessage")},
	"FIFO/batch without groups":    {[]string{"MissingParameter"}, "It names the error as for a single message; SQS calls the entry's value invalid.", api("SendMessageBatch")},
	"FIFO/timed-out handle":        {[]string{taken, "received 0 messages"}, "It deletes by a handle whose visibility timeout is over; SQS refuses, as the group has moved on.", guide("sqs-visibility-timeout")},
	"dead-letter/moves":            {[]string{"its source is"}, "A dead letter does not say where it came from; in SQS DeadLetterQueueSourceArn does.", api("ReceiveMessage")},

	"AddPermission/refused":                     {[]string{taken, "PrincipalId", "the statements are"}, "It takes any label, and calls a missing account an invalid one; SQS's labels have letters, digits, hyphens and underscores.", api("AddPermission")},
	"StartMessageMoveTask/back":                 noMoves,
	"StartMessageMoveTask/elsewhere":            noMoves,
	"StartMessageMoveTask/FIFO":                 noMoves,
	"StartMessageMoveTask/refused":              noMoves,
	"StartMessageMoveTask/no dead-letter queue": noMoves,
	"StartMessageMoveTask/unknown source":       noMoves,
	"ListMessageMoveTasks":                      noMoves,
	"CancelMessageMoveTask":                     noMoves,
}

var noMoves = Difference{[]string{"StatusCode: 500"}, "It has no message move tasks.", api("StartMessageMoveTask")}
