package mapping

import (
	"encoding/base64"
	"slices"
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/filter"
	"github.com/serverless-star/starjob/local/queue"
)

// maxEventBytes is the maximum size of an invocation's payload.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEventBytes = 6 << 20

const (
	eventStart = `{"Records":[`
	eventEnd   = `]}`
)

// appendRecord appends a message as Lambda shows it to a function.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func appendRecord(b []byte, m *queue.Message, queueARN string) []byte {
	b = appendField(b, `{"messageId":`, m.ID)
	b = appendField(b, `,"receiptHandle":`, m.ReceiptHandle)
	b = appendField(b, `,"body":`, m.Body)
	b = appendSystemAttributes(append(b, `,"attributes":`...), m)
	b = appendAttributes(append(b, `,"messageAttributes":`...), m.Attributes)
	if m.MD5OfAttributes == "" {
		b = append(b, `,"md5OfMessageAttributes":null`...)
	} else {
		b = appendField(b, `,"md5OfMessageAttributes":`, m.MD5OfAttributes)
	}
	b = appendField(b, `,"md5OfBody":`, m.MD5OfBody)
	b = appendField(b, `,"eventSource":"aws:sqs","eventSourceARN":`, queueARN)
	return append(appendField(b, `,"awsRegion":`, arn.Region(queueARN)), '}')
}

func appendSystemAttributes(b []byte, m *queue.Message) []byte {
	separator := byte('{')
	for name, value := range m.SystemAttributes() {
		b = append(b, separator)
		b = appendString(b, name)
		b = appendField(b, ":", value)
		separator = ','
	}
	return append(b, '}')
}

func appendAttributes(b []byte, attributes map[string]queue.Attribute) []byte {
	if len(attributes) == 0 {
		return append(b, "{}"...)
	}
	names := make([]string, 0, len(attributes))
	for name := range attributes {
		names = append(names, name)
	}
	slices.Sort(names)
	separator := byte('{')
	for _, name := range names {
		a := attributes[name]
		b = append(b, separator)
		b = appendString(b, name)
		if a.BinaryValue != nil {
			b = appendField(b, `:{"binaryValue":`, base64.StdEncoding.EncodeToString(a.BinaryValue))
		} else {
			b = appendField(b, `:{"stringValue":`, a.StringValue)
		}
		b = appendField(b, `,"stringListValues":[],"binaryListValues":[],"dataType":`, a.DataType)
		b = append(b, '}')
		separator = ','
	}
	return append(b, '}')
}

func appendField(b []byte, key, value string) []byte {
	return appendString(append(b, key...), value)
}

// appendString appends a JSON string. It is written by hand because every byte
// of every item passes through it.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			if r, size := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		b = appendEscape(append(b, s[start:i]...), c)
		i++
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c == '\n':
		return append(b, `\n`...)
	case c == '\t':
		return append(b, `\t`...)
	case c == '\r':
		return append(b, `\r`...)
	case c >= utf8.RuneSelf:
		return append(b, `\ufffd`...)
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// record returns a message as the patterns of FilterCriteria see it.
func record(m *queue.Message, queueARN string) map[string]any {
	attributes := map[string]any{}
	for name, value := range m.SystemAttributes() {
		attributes[name] = value
	}
	own := map[string]any{}
	for name, a := range m.Attributes {
		own[name] = map[string]any{"stringValue": a.StringValue, "dataType": a.DataType}
	}
	return map[string]any{
		"messageId": m.ID, "body": filter.Body(m.Body), "attributes": attributes, "messageAttributes": own,
		"md5OfBody": m.MD5OfBody, "eventSource": "aws:sqs", "eventSourceARN": queueARN, "awsRegion": arn.Region(queueARN),
	}
}
