package queue

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// Attribute is a message attribute. BinaryValue is set for the type Binary and
// those derived from it, StringValue for all others.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
type Attribute struct {
	DataType    string
	StringValue string `json:",omitempty"`
	BinaryValue []byte `json:",omitempty"`
}

// equal distinguishes an empty binary value, which is refused, from a missing one.
func (a Attribute) equal(b Attribute) bool {
	return a.DataType == b.DataType && a.StringValue == b.StringValue &&
		bytes.Equal(a.BinaryValue, b.BinaryValue) && (a.BinaryValue == nil) == (b.BinaryValue == nil)
}

// maxAttributes bounds the attributes of a message.
const maxAttributes = 10

// checkAttributes refuses message attributes that SQS does not accept.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func checkAttributes(attributes map[string]Attribute) error {
	if len(attributes) == 0 {
		return nil
	}
	if len(attributes) > maxAttributes {
		return sqserr.New(sqserr.InvalidParameterValue, "Number of message attributes [%d] exceeds the allowed maximum [%d].", len(attributes), maxAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if !isAttributeName(name) {
			return sqserr.New(sqserr.InvalidParameterValue, "Message (user) attribute name '%s' is invalid: 1 to 256 letters, digits, '_', '-' and single inner '.', and not beginning with AWS. or Amazon.", name)
		}
		if reason := attributes[name].fault(); reason != "" {
			return sqserr.New(sqserr.InvalidParameterValue, "Message (user) attribute '%s' %s", name, reason)
		}
	}
	return nil
}

var attributeNames = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

func isAttributeName(name string) bool {
	lower := strings.ToLower(name)
	return len(name) <= 256 && attributeNames.MatchString(name) &&
		!strings.HasPrefix(lower, "aws.") && !strings.HasPrefix(lower, "amazon.")
}

// fault returns why an attribute is invalid; empty if it is valid.
func (a Attribute) fault() string {
	base, _, _ := strings.Cut(a.DataType, ".")
	switch {
	case a.DataType == "":
		return "must contain a non-empty message attribute type."
	case len(a.DataType) > 256 || !ValidText(a.DataType) || base != "String" && base != "Number" && base != "Binary":
		return "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
	case base == "Binary" && a.StringValue != "" || base != "Binary" && a.BinaryValue != nil:
		return "has a value of another kind than its type '" + a.DataType + "'."
	case base == "Binary" && len(a.BinaryValue) == 0 || base != "Binary" && a.StringValue == "":
		return "must contain a non-empty value of type '" + a.DataType + "'."
	case !ValidText(a.StringValue):
		return "has a value with invalid characters."
	case base == "Number" && !isNumber(a.StringValue):
		return "has a value that is not a number of up to 38 digits, between 10^-128 and 10^126."
	}
	return ""
}

// isNumber reports whether a string is a number that SQS accepts. The value itself
// is kept as it was sent, including redundant zeros, because clients compare its
// hash.
func isNumber(s string) bool {
	if !numbers.MatchString(s) {
		return false
	}
	s = strings.ToLower(strings.TrimLeft(s, "+-"))
	mantissa, _, _ := strings.Cut(s, "e")
	digits := strings.Trim(strings.Replace(mantissa, ".", "", 1), "0")
	magnitude, _ := strconv.ParseFloat(s, 64) // infinite or zero on failure
	return digits == "" || len(digits) <= 38 && 1e-128 <= magnitude && magnitude <= 1e126
}

var numbers = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
