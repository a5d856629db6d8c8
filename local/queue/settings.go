package queue

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// settings are a queue's attributes, parsed and within their bounds.
type settings struct {
	delay, visibility, wait, retention time.Duration

	maxBytes     int
	contentBased bool // ContentBasedDeduplication: a body's hash is its deduplication ID
	perGroup     bool // DeduplicationScope is messageGroup
	redrive      redrivePolicy
	allow        redriveAllowPolicy
}

// setting describes an attribute that can be set.
type setting struct {
	fallback string // its value if none is given; empty: absent
	fifo     bool   // for FIFO queues only
	// parse checks a value and stores it. It returns why it is invalid.
	parse func(s *settings, value string) (reason string)
}

// settable are all queue attributes that can be set.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
var settable = map[string]setting{
	"DelaySeconds":                  {"0", false, seconds(0, 900, func(s *settings) *time.Duration { return &s.delay })},
	"MaximumMessageSize":            {"1048576", false, parseMaximum},
	"MessageRetentionPeriod":        {"345600", false, seconds(60, 1_209_600, func(s *settings) *time.Duration { return &s.retention })},
	"ReceiveMessageWaitTimeSeconds": {"0", false, seconds(0, 20, func(s *settings) *time.Duration { return &s.wait })},
	"VisibilityTimeout":             {"30", false, seconds(0, 43_200, func(s *settings) *time.Duration { return &s.visibility })},
	"RedrivePolicy":                 {"", false, func(s *settings, value string) string { s.redrive = parseRedrive(value); return "" }},
	"RedriveAllowPolicy":            {"", false, func(s *settings, value string) string { return s.allow.parse(value) }},
	"FifoQueue":                     {"", true, oneOf("true")},
	"ContentBasedDeduplication":     {"false", true, boolean(func(s *settings) *bool { return &s.contentBased })},
	"DeduplicationScope":            {"queue", true, parseScope},
	"FifoThroughputLimit":           {"perQueue", true, oneOf("perQueue", "perMessageGroupId")},
	// These have no effect in the local SQS and are only checked.
	"Policy":                       {"", false, func(_ *settings, value string) string { return policyFault(value) }},
	"KmsMasterKeyId":               {"", false, keep},
	"KmsDataKeyReusePeriodSeconds": {"", false, seconds(60, 86_400, nil)},
	"SqsManagedSseEnabled":         {"true", false, oneOf("true", "false")},
}

func keep(*settings, string) string { return "" }

func seconds(minimum, maximum int, field func(*settings) *time.Duration) func(*settings, string) string {
	return func(s *settings, value string) string {
		n, reason := integer(value, minimum, maximum)
		if reason == "" && field != nil {
			*field(s) = time.Duration(n) * time.Second
		}
		return reason
	}
}

func integer(value string, minimum, maximum int) (n int, reason string) {
	n, err := strconv.Atoi(value)
	if err != nil || n < minimum || n > maximum {
		return 0, fmt.Sprintf("Must be a number between %d and %d.", minimum, maximum)
	}
	return n, ""
}

// maxMessageBytes bounds a message and a batch: the bodies, and the names, types
// and values of attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const maxMessageBytes = 1 << 20

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

// IsQueueAttribute reports whether a queue attribute has that name and can be set.
func IsQueueAttribute(name string) bool {
	_, ok := settable[name]
	return ok
}

// nameFaults returns why names of attributes cannot be set.
func nameFaults(attributes map[string]string, fifo, creating bool) (reasons []string) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a, ok := settable[name]
		switch {
		case !ok:
			reasons = append(reasons, "Unknown Attribute "+name+".")
		case a.fifo && !fifo:
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

// merge returns the present attributes, which are nil for a new queue, with new
// ones over them and the defaults below. An attribute set to an empty value is
// removed.
func merge(present, attributes map[string]string, fifo bool) map[string]string {
	merged := map[string]string{}
	maps.Copy(merged, present)
	maps.Copy(merged, attributes)
	switch { // a queue has one kind of encryption at a time
	case attributes["SqsManagedSseEnabled"] == "true":
		delete(merged, "KmsMasterKeyId")
	case attributes["KmsMasterKeyId"] != "":
		merged["SqsManagedSseEnabled"] = "false"
	}
	for name, a := range settable {
		if merged[name] == "" && a.fallback != "" && (fifo || !a.fifo) && attributes[name] == "" {
			merged[name] = a.fallback
		}
		if merged[name] == "" {
			delete(merged, name)
		}
	}
	return merged
}

// parse parses attributes, and returns all problems of their values.
func parse(attributes map[string]string) (parsed settings, reasons []string) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if reason := settable[name].parse(&parsed, attributes[name]); reason != "" {
			reasons = append(reasons, fmt.Sprintf("Invalid value for the parameter %s. Reason: %s", name, reason))
		}
	}
	if attributes["FifoThroughputLimit"] == "perMessageGroupId" && !parsed.perGroup {
		reasons = append(reasons, "Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is allowed only where DeduplicationScope is messageGroup.")
	}
	return parsed, reasons
}
