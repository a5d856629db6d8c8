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
	DeadLetterTargetArn string   `json:"deadLetterTargetArn"`
	MaxReceiveCount     receives `json:"maxReceiveCount"`
}

// receives is a number that SQS takes as text too.
type receives int

// UnmarshalJSON reads a number or a text that holds one.
func (n *receives) UnmarshalJSON(b []byte) error {
	v, err := strconv.Atoi(strings.Trim(string(b), `"`))
	*n = receives(v)
	return err
}

// maxReceives bounds a redrive policy's maxReceiveCount.
const maxReceives = 1000

// parseRedrive leaves it to checkRedrive what is wrong with a policy: SQS calls
// it a parameter's value, other than those of other attributes.
func parseRedrive(s *settings, value string) string {
	_ = json.Unmarshal([]byte(value), &s.redrive)
	return ""
}

// redriveFault says what is wrong with a policy, whatever queues there are;
// empty for nothing.
func redriveFault(value string, p redrivePolicy) string {
	var given map[string]json.RawMessage
	switch {
	case json.Unmarshal([]byte(value), &given) != nil:
		return "Redrive policy is not a valid JSON map."
	case given["maxReceiveCount"] == nil:
		return "Redrive policy does not contain mandatory attribute: maxReceiveCount."
	case given["deadLetterTargetArn"] == nil:
		return "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."
	case p.MaxReceiveCount < 1 || p.MaxReceiveCount > maxReceives:
		return fmt.Sprintf("Invalid value for maxReceiveCount: must be between 1 and %d.", maxReceives)
	}
	return ""
}

// redriveAllowPolicy says which queues a dead-letter queue takes messages of.
type redriveAllowPolicy struct {
	RedrivePermission string   `json:"redrivePermission"`
	SourceQueueArns   []string `json:"sourceQueueArns"`
}

func parseRedriveAllow(s *settings, value string) string {
	p := &s.allow
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

// checkRedrive refuses a policy that this queue cannot have.
func (q *Queue) checkRedrive(value string, p redrivePolicy) error {
	reason := redriveFault(value, p)
	if reason == "" {
		reason = q.targetFault(p)
	}
	if reason == "" {
		return nil
	}
	return refuse(codeInvalidParameter, "Value %s for parameter RedrivePolicy is invalid. Reason: %s", value, reason)
}

// targetFault says why this queue cannot have a dead-letter queue; empty for no
// reason.
func (q *Queue) targetFault(p redrivePolicy) string {
	dead := q.service.queues[nameOfARN(p.DeadLetterTargetArn)]
	switch {
	case !strings.HasPrefix(p.DeadLetterTargetArn, q.service.arn("")):
		return "Invalid value for deadLetterTargetArn."
	case dead == nil:
		return "Dead letter target does not exist."
	case dead.fifo != q.fifo:
		return "Dead-letter queue must be same type of queue as the source."
	case !dead.settings.allow.allows(q.arn):
		return "The redrive allow policy of the dead-letter queue does not allow this queue."
	}
	return ""
}

func nameOfARN(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }
