package queue

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// settings are a queue's attributes, parsed.
type settings struct {
	delay, visibility, wait, retention time.Duration

	maxBytes     int
	contentBased bool // ContentBasedDeduplication
	perGroup     bool // DeduplicationScope is messageGroup
	redrive      redrivePolicy
	allow        redriveAllowPolicy
}

// attribute is what is known of an attribute that can be set.
type attribute struct {
	fallback string // its value where none is given; empty: absent
	fifo     bool   // for FIFO queues only
	// parse checks a value and takes it over. It returns the reason against it.
	parse func(s *settings, value string) (reason string)
}

// settable are all attributes that can be set.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
var settable = map[string]attribute{
	"DelaySeconds":                  {"0", false, seconds(0, 900, func(s *settings) *time.Duration { return &s.delay })},
	"MaximumMessageSize":            {"1048576", false, parseMaximum},
	"MessageRetentionPeriod":        {"345600", false, seconds(60, 1_209_600, func(s *settings) *time.Duration { return &s.retention })},
	"ReceiveMessageWaitTimeSeconds": {"0", false, seconds(0, 20, func(s *settings) *time.Duration { return &s.wait })},
	"VisibilityTimeout":             {"30", false, seconds(0, 43_200, func(s *settings) *time.Duration { return &s.visibility })},
	"RedrivePolicy":                 {"", false, parseRedrive},
	"RedriveAllowPolicy":            {"", false, parseRedriveAllow},
	"FifoQueue":                     {"", true, oneOf("true")},
	"ContentBasedDeduplication":     {"false", true, boolean(func(s *settings) *bool { return &s.contentBased })},
	"DeduplicationScope":            {"queue", true, parseScope},
	"FifoThroughputLimit":           {"perQueue", true, oneOf("perQueue", "perMessageGroupId")},
	// These have no meaning here and are only checked.
	"Policy":                       {"", false, parsePolicy},
	"KmsMasterKeyId":               {"", false, keep},
	"KmsDataKeyReusePeriodSeconds": {"", false, seconds(60, 86_400, nil)},
	"SqsManagedSseEnabled":         {"true", false, oneOf("true", "false")},
}

func keep(*settings, string) string { return "" }

func seconds(least, most int, field func(*settings) *time.Duration) func(*settings, string) string {
	return func(s *settings, value string) string {
		n, reason := integer(value, least, most)
		if reason == "" && field != nil {
			*field(s) = time.Duration(n) * time.Second
		}
		return reason
	}
}

func integer(value string, least, most int) (n int, reason string) {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return 0, fmt.Sprintf("Must be a number between %d and %d.", least, most)
	}
	return n, ""
}

func parseMaximum(s *settings, value string) string {
	n, reason := integer(value, 1024, maxMessageBytes)
	s.maxBytes = n
	return reason
}

func oneOf(allowed ...string) func(*settings, string) string {
	return func(_ *settings, value string) string {
		if slices.Contains(allowed, value) {
			return ""
		}
		return "Must be " + strings.Join(allowed, " or ") + "."
	}
}

func boolean(field func(*settings) *bool) func(*settings, string) string {
	check := oneOf("true", "false")
	return func(s *settings, value string) string {
		*field(s) = value == "true"
		return check(s, value)
	}
}

func parseScope(s *settings, value string) string {
	s.perGroup = value == "messageGroup"
	return oneOf("queue", "messageGroup")(s, value)
}

// configure sets attributes, all or none; those of a new queue start from the
// defaults. The lock is held, or nobody knows the queue yet.
func (q *Queue) configure(attributes map[string]string, creating bool) error {
	if reasons := q.checkNames(attributes, creating); len(reasons) > 0 {
		return refuse(codeAttributeName, "%s", strings.Join(reasons, " "))
	}
	merged := q.merge(attributes)
	var parsed settings
	var reasons []string
	for _, name := range slices.Sorted(maps.Keys(merged)) {
		if reason := settable[name].parse(&parsed, merged[name]); reason != "" {
			reasons = append(reasons, fmt.Sprintf("Invalid value for the parameter %s. Reason: %s", name, reason))
		}
	}
	if merged["FifoThroughputLimit"] == "perMessageGroupId" && !parsed.perGroup {
		reasons = append(reasons, "Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is allowed only where DeduplicationScope is messageGroup.")
	}
	if len(reasons) > 0 {
		return refuse(codeAttributeValue, "%s", strings.Join(reasons, " "))
	}
	if policy := attributes["RedrivePolicy"]; policy != "" { // one that stands already may have lost its target since
		if err := q.checkRedrive(policy, parsed.redrive); err != nil {
			return err
		}
	}
	q.attributes, q.settings = merged, parsed
	return nil
}

// reconfigure sets attributes of a queue that is in use; the lock is held.
func (q *Queue) reconfigure(attributes map[string]string, now time.Time) error {
	if err := q.configure(attributes, false); err != nil {
		return err
	}
	q.modified = now
	q.service.touch(q) // messages may be kept for less time now
	return nil
}

// merge returns the attributes with new ones over the present ones, or over the
// defaults. Setting an attribute to nothing takes it away.
func (q *Queue) merge(attributes map[string]string) map[string]string {
	merged := maps.Clone(q.attributes)
	if merged == nil {
		merged = map[string]string{}
	}
	for name, value := range attributes {
		merged[name] = value
	}
	switch { // there is one kind of encryption at a time
	case attributes["SqsManagedSseEnabled"] == "true":
		delete(merged, "KmsMasterKeyId")
	case attributes["KmsMasterKeyId"] != "":
		merged["SqsManagedSseEnabled"] = "false"
	}
	for name, a := range settable {
		if merged[name] == "" && a.fallback != "" && (q.fifo || !a.fifo) && attributes[name] == "" {
			merged[name] = a.fallback
		}
		if merged[name] == "" {
			delete(merged, name)
		}
	}
	return merged
}

// checkNames returns what is wrong with the attributes' names.
func (q *Queue) checkNames(attributes map[string]string, creating bool) (reasons []string) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a, ok := settable[name]
		switch {
		case !ok:
			reasons = append(reasons, "Unknown Attribute "+name+".")
		case a.fifo && !q.fifo:
			reasons = append(reasons, "Unknown Attribute "+name+". Reason: It is for FIFO queues only.")
		case name == "FifoQueue" && !creating && attributes[name] != "true":
			reasons = append(reasons, "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.")
		}
	}
	if attributes["KmsMasterKeyId"] != "" && attributes["SqsManagedSseEnabled"] == "true" {
		reasons = append(reasons, "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.")
	}
	return reasons
}

// sameAttributes refuses values that differ from the queue's.
func (q *Queue) sameAttributes(attributes map[string]string) error {
	if reasons := q.checkNames(attributes, true); len(reasons) > 0 {
		return refuse(codeAttributeName, "%s", strings.Join(reasons, " "))
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if q.attributes[name] != attributes[name] {
			return refuse(codeQueueExists, "A queue already exists with the same name and a different value for attribute %s", name)
		}
	}
	return nil
}
