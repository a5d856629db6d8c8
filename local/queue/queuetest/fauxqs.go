package queuetest

// fauxqs holds the differences between fauxqs 2.4 and SQS.
var fauxqs = map[string]Difference{
	"CreateQueue/names":            {[]string{taken, otherCode}, "It accepts any name; SQS's have up to 80 letters, digits, hyphens and underscores.", api("CreateQueue")},
	"CreateQueue/deleted recently": {[]string{taken}, "It creates a queue again at once; SQS requires 60 seconds to pass.", api("CreateQueue")},
	"GetQueueUrl/owner":            {[]string{taken}, "It finds its own queue for any owner.", api("GetQueueUrl")},
	"ListQueues/bounds":            {[]string{taken}, "It accepts any size of a page; SQS has 1 to 1,000.", api("ListQueues")},
	"PurgeQueue":                   {[]string{taken}, "It purges as often as one likes; SQS once in 60 seconds.", api("PurgeQueue")},
	"unknown queue/every action":   {[]string{unknown}, "It has no ListDeadLetterSourceQueues.", api("ListDeadLetterSourceQueues")},
	"dead-letter/source list":      {[]string{unknown}, "It has no ListDeadLetterSourceQueues.", api("ListDeadLetterSourceQueues")},

	"attributes/none":              {[]string{"attributes that nobody asked for"}, "It returns all attributes if none is requested; SQS returns none.", api("GetQueueAttributes")},
	"attributes/names":             {[]string{taken, "InvalidAttributeValue"}, "It gives attributes that do not exist, and calls FifoQueue's value invalid on a standard queue; SQS answers InvalidAttributeName.", api("SetQueueAttributes")},
	"attributes/bounds":            {[]string{otherCode}, "It puts SQS's namespace before the code; SQS has none for this one.", api("SetQueueAttributes")},
	"attributes/fifo":              {[]string{otherCode, "Unknown attribute: FifoThroughputLimit"}, "It has no high-throughput settings.", guide("high-throughput-fifo")},
	"attributes/encryption":        {[]string{"SqsManagedSseEnabled"}, "It says that SQS's own encryption is on beside a KMS key; SQS has one kind at a time.", api("SetQueueAttributes")},
	"attributes/redrive":           {[]string{taken}, "It accepts any redrive policy; SQS checks the target and the count.", guide("sqs-dead-letter-queues")},
	"attributes/redrive allow":     allowsAll,
	"attributes/bad redrive allow": allowsAll,
	"attributes/bad policy":        {[]string{taken, "the policy is"}, "It accepts any string for a policy; SQS requires a valid policy of at most 8,192 bytes.", guide("quotas-policies")},

	"SendMessage/body":                 {[]string{"InvalidMessageContents"}, "It refuses characters from U+10000 on.", api("SendMessage")},
	"SendMessage/characters":           {[]string{"AWS.SimpleQueueService.MissingParameter"}, "It puts SQS's namespace before the code for an empty body; SQS has none for this one.", api("SendMessage")},
	"SendMessage/size":                 {[]string{otherCode}, "It puts SQS's namespace before the code; SQS has none for this one.", api("SendMessage")},
	"SendMessage/own maximum":          {[]string{otherCode}, "It puts SQS's namespace before the code; SQS has none for this one.", api("SendMessage")},
	"SendMessage/delay bounds":         {[]string{taken}, "It accepts any delay; SQS requires 0 to 900 seconds.", api("SendMessage")},
	"SendMessage/bad attributes":       {[]string{taken, "want none"}, "It accepts any message attributes.", guide("sqs-message-metadata")},
	"SendMessage/most attributes":      {[]string{taken}, "It accepts any message attributes.", guide("sqs-message-metadata")},
	"SendMessage/numbers":              {[]string{taken}, "It accepts any message attributes.", guide("sqs-message-metadata")},
	"SendMessage/empty attributes":     {[]string{taken, "want none"}, "It accepts any message attributes.", guide("sqs-message-metadata")},
	"SendMessage/system attributes":    {[]string{taken, "want none"}, "It accepts and ignores system attributes.", api("SendMessage")},
	"SendMessage/trace header":         {[]string{"hash is missing", "the trace header is"}, "It accepts and ignores system attributes.", api("SendMessage")},
	"SendMessage/group on standard":    {[]string{taken, "the attributes are"}, "It skips a group ID on a standard queue, and accepts a deduplication ID there; SQS keeps the one and refuses the other.", api("SendMessage")},
	"SendMessageBatch/partial failure": {[]string{"3 succeeded"}, "It accepts any delay; SQS requires 0 to 900 seconds.", api("SendMessageBatch")},
	"SendMessageBatch/refused":         {[]string{taken, "want none"}, "It accepts an entry without an ID.", api("SendMessageBatch")},

	"ReceiveMessage/bounds":                {[]string{otherCode}, "It puts SQS's namespace before the code; SQS has none for this one.", api("ReceiveMessage")},
	"ReceiveMessage/message attributes":    {[]string{`"" brings`, `"Hello General" brings`, `"Foo Hello" brings`, `"Hel.*" brings []`}, "It gives all attributes where none is asked for, the hash of all where some are, and accepts a prefix only up to a dot.", api("ReceiveMessage")},
	"ReceiveMessage/several waiting":       {[]string{"a receiver got 0 messages"}, "It ends the waiting of all receivers where one gets the message; in SQS the others wait on.", guide("sqs-short-and-long-polling")},
	"DeleteMessage/bad handle":             {[]string{taken, "MessageNotInflight"}, "It accepts any text for a receipt handle.", api("DeleteMessage")},
	"DeleteMessage/timed out":              {[]string{"received 1 messages"}, "It deletes nothing with the latest handle once its timeout is over; SQS does while nobody else has received the message.", api("DeleteMessage")},
	"DeleteMessageBatch":                   {[]string{"succeeded:"}, "It accepts any text for a receipt handle.", api("DeleteMessageBatch")},
	"DeleteMessageBatch/refused":           {[]string{taken, "0 messages are in flight"}, "It accepts an entry without an ID.", api("DeleteMessageBatch")},
	"ChangeMessageVisibility/bounds":       {[]string{otherCode}, "It puts SQS's namespace before the code; SQS has none for this one.", api("ChangeMessageVisibility")},
	"ChangeMessageVisibility/timed out":    {[]string{"MessageNotInflight"}, "It does not hide a message again that timed out; SQS answers that it has.", api("ChangeMessageVisibility")},
	"ChangeMessageVisibilityBatch/refused": {[]string{taken, "want none"}, "It accepts an entry without an ID.", api("ChangeMessageVisibilityBatch")},

	"FIFO/deduplication per group": {[]string{"and then nothing"}, "It has no DeduplicationScope messageGroup.", guide("high-throughput-fifo")},
	"FIFO/deduplication IDs":       {[]string{taken}, "It accepts any deduplication ID; SQS's have up to 128 letters, digits and punctuation marks.", api("SendMessage")},
	"FIFO/missing parameters":      {[]string{taken, otherCode, "AWS.SimpleQueueService.MissingParameter", "want none"}, "It accepts a group ID of 129 characters, and puts SQS's namespace before codes that have none.", api("SendMessage")},
	"FIFO/batch without groups":    {[]string{taken}, "It reports each entry without a group; SQS refuses the batch.", api("SendMessageBatch")},
	"FIFO/timed-out handle":        {[]string{taken}, "It answers with success to a handle whose visibility timeout is over; SQS refuses it.", guide("sqs-visibility-timeout")},
	"FIFO/attempts":                noAttempts("brings 0 messages again"),
	"FIFO/attempt and change":      noAttempts(taken),
	"dead-letter/moves":            {[]string{"its source is"}, "A dead letter does not say where it came from; in SQS DeadLetterQueueSourceArn does.", api("ReceiveMessage")},
	"dead-letter/keeps":            {[]string{"ApproximateReceiveCount is 3"}, "It counts the receive that moved the message; SQS counts those that returned it to a receiver.", api("ReceiveMessage")},
	"dead-letter/FIFO is new":      {[]string{"it was sent at", "its deduplication ID is"}, "A dead letter keeps its time and deduplication ID; on FIFO queues SQS resets them.", guide("sqs-dead-letter-queues")},

	"StartMessageMoveTask/back":                 unknownMoves,
	"StartMessageMoveTask/elsewhere":            unknownMoves,
	"StartMessageMoveTask/FIFO":                 unknownMoves,
	"StartMessageMoveTask/refused":              unknownMoves,
	"StartMessageMoveTask/no dead-letter queue": unknownMoves,
	"StartMessageMoveTask/unknown source":       unknownMoves,
	"StartMessageMoveTask/new messages":         unknownMoves,
	"StartMessageMoveTask/other kind":           unknownMoves,
	"ListMessageMoveTasks":                      unknownMoves,
	"CancelMessageMoveTask":                     unknownMoves,
}

// otherCode is the prefix of codes that have no namespace in SQS.
const otherCode = "AWS.SimpleQueueService.Invalid"

const unknown = "Unknown action"

var unknownMoves = Difference{[]string{unknown}, "It has no message move tasks.", api("StartMessageMoveTask")}
