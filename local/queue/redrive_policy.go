package queue

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// redrivePolicy is the attribute RedrivePolicy; the zero value is none.
type redrivePolicy struct {
	DeadLetterTargetArn string       `json:"deadLetterTargetArn"`
	MaxReceiveCount     receiveCount `json:"maxReceiveCount"`
}

// receiveCount is a number that SQS accepts as a string too.
type receiveCount int

// UnmarshalJSON reads a number, or a string that holds one.
func (n *receiveCount) UnmarshalJSON(b []byte) error {
	v, err := strconv.Atoi(strings.Trim(string(b), `"`))
	*n = receiveCount(v)
	return err
}

// maxReceiveCount bounds a redrive policy's maxReceiveCount.
const maxReceiveCount = 1000

// parseRedrive leaves errors of a policy to checkRedrive: SQS reports them as values
// of a parameter, unlike those of other attributes.
func parseRedrive(value string) (p redrivePolicy) {
	_ = json.Unmarshal([]byte(value), &p)
	return p
}

// redriveFault returns why a policy is invalid no matter which queues exist; empty if
// it is valid.
func redriveFault(value string, p redrivePolicy) string {
	var given map[string]json.RawMessage
	switch {
	case json.Unmarshal([]byte(value), &given) != nil:
		return "Redrive policy is not a valid JSON map."
	case given["maxReceiveCount"] == nil:
		return "Redrive policy does not contain mandatory attribute: maxReceiveCount."
	case given["deadLetterTargetArn"] == nil:
		return "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."
	case p.MaxReceiveCount < 1 || p.MaxReceiveCount > maxReceiveCount:
		return fmt.Sprintf("Invalid value for maxReceiveCount: must be between 1 and %d.", maxReceiveCount)
	}
	return ""
}

// redriveAllowPolicy is the attribute RedriveAllowPolicy: the queues that a dead-letter queue accepts
// messages from.
type redriveAllowPolicy struct {
	RedrivePermission string   `json:"redrivePermission"`
	SourceQueueArns   []string `json:"sourceQueueArns"`
}

// parse reads the policy. It returns why it is invalid.
func (p *redriveAllowPolicy) parse(value string) (reason string) {
	if json.Unmarshal([]byte(value), p) != nil {
		return "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format."
	}
	byQueue := p.RedrivePermission == "byQueue"
	switch {
	case !byQueue && p.RedrivePermission != "allowAll" && p.RedrivePermission != "denyAll":
		return "redrivePermission must be allowAll, denyAll or byQueue."
	case byQueue != (len(p.SourceQueueArns) > 0) || len(p.SourceQueueArns) > 10:
		return "sourceQueueArns must list 1 to 10 queues where redrivePermission is byQueue, and none otherwise."
	}
	return ""
}

func (p redriveAllowPolicy) allows(source string) bool {
	switch p.RedrivePermission {
	case "denyAll":
		return false
	case "byQueue":
		return slices.Contains(p.SourceQueueArns, source)
	}
	return true
}
