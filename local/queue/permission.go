package queue

import "regexp"

// permission is the statement of one permission.
type permission struct {
	Sid       string
	Effect    string
	Principal struct{ AWS oneOrMore }
	Action    oneOrMore
	Resource  string
}

var (
	labels     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)
	accountIDs = regexp.MustCompile(`^[0-9]{12}$`)
)

func (in *addPermissionInput) check() error {
	switch {
	case in.Label == "":
		return missing("Label")
	case !labels.MatchString(in.Label):
		return refuse(codeInvalidParameter, "Value %s for parameter Label is invalid. Reason: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.", in.Label)
	case len(in.AWSAccountIds) == 0:
		return missing("AWSAccountIds")
	case len(in.Actions) == 0:
		return missing("Actions")
	case len(in.Actions) > maxActions:
		return refuse(codeOverLimit, "%d Actions were found, maximum allowed is %d.", len(in.Actions), maxActions)
	}
	for _, id := range in.AWSAccountIds {
		if !accountIDs.MatchString(id) {
			return refuse(codeInvalidParameter, "Value %s for parameter PrincipalId is invalid. Reason: Unable to verify.", id)
		}
	}
	for _, name := range in.Actions {
		switch {
		case ownersOnly[name]:
			return refuse(codeInvalidParameter, "Value SQS:%s for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.", name)
		case !permittable[name]:
			return refuse(codeInvalidParameter, "Value SQS:%s for parameter ActionName is invalid. Reason: Please refer to the appropriate WSDL for a list of valid actions.", name)
		}
	}
	return nil
}

// permittable are the actions that another account can be permitted, each with
// its batched form.
var permittable = map[string]bool{
	"*": true, "ChangeMessageVisibility": true, "DeleteMessage": true, "GetQueueAttributes": true, "GetQueueUrl": true,
	"ListDeadLetterSourceQueues": true, "PurgeQueue": true, "ReceiveMessage": true, "SendMessage": true,
}

// ownersOnly are actions that another account is never permitted.
var ownersOnly = map[string]bool{
	"AddPermission": true, "CancelMessageMoveTask": true, "CreateQueue": true, "DeleteQueue": true, "ListMessageMoveTasks": true,
	"ListQueues": true, "ListQueueTags": true, "RemovePermission": true, "SetQueueAttributes": true, "StartMessageMoveTask": true,
	"TagQueue": true, "UntagQueue": true,
}
