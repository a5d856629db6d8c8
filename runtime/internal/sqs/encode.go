package sqs

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"
)

// appendBatch appends the input of a SendMessageBatch call as JSON. The ID of each entry
// is its index.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
func appendBatch(to []byte, queue string, messages []*Message) []byte {
	if to == nil {
		to = make([]byte, 0, batchBytes(queue, messages))
	}
	to = append(to, `{"QueueUrl":`...)
	to = appendString(to, queue)
	to = append(to, `,"Entries":[`...)
	for i, m := range messages {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendEntry(to, i, m)
	}
	return append(to, "]}"...)
}

// batchBytes estimates the length of a batch's input. Quotes in bodies are escaped, and
// JSON objects have many.
func batchBytes(queue string, messages []*Message) int {
	n := 64 + len(queue)
	for _, m := range messages {
		n += 192 + len(m.Body) + len(m.Body)/8 + len(m.Group) + len(m.Deduplication)
		for _, a := range m.Attributes {
			n += 64 + len(a.Name) + len(a.Type) + len(a.Value) + base64.StdEncoding.EncodedLen(len(a.Binary))
		}
	}
	return n
}

func appendEntry(to []byte, i int, m *Message) []byte {
	to = append(to, `{"Id":"`...)
	to = strconv.AppendInt(to, int64(i), 10)
	to = append(to, `","MessageBody":`...)
	to = appendString(to, m.Body)
	if m.Delay != 0 {
		to = append(to, `,"DelaySeconds":`...)
		to = strconv.AppendInt(to, int64(m.Delay), 10)
	}
	if m.Group != "" {
		to = append(to, `,"MessageGroupId":`...)
		to = appendString(to, m.Group)
	}
	if m.Deduplication != "" {
		to = append(to, `,"MessageDeduplicationId":`...)
		to = appendString(to, m.Deduplication)
	}
	if len(m.Attributes) > 0 {
		to = appendAttributes(to, m.Attributes)
	}
	return append(to, '}')
}

func appendAttributes(to []byte, attributes []Attribute) []byte {
	to = append(to, `,"MessageAttributes":{`...)
	for i, a := range attributes {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendString(to, a.Name)
		to = append(to, `:{"DataType":`...)
		to = appendString(to, a.Type)
		if a.Binary != nil {
			to = append(to, `,"BinaryValue":"`...)
			to = base64.StdEncoding.AppendEncode(to, a.Binary)
			to = append(to, `"}`...)
			continue
		}
		to = append(to, `,"StringValue":`...)
		to = appendString(to, a.Value)
		to = append(to, '}')
	}
	return append(to, '}')
}

// appendString appends a JSON string. Invalid UTF-8 becomes U+FFFD, as in encoding/json.
func appendString(to []byte, text string) []byte {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	to = append(to, '"')
	from := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		to = append(to, text[from:i]...)
		from = i + 1
		if c < ' ' {
			const digits = "0123456789abcdef"
			to = append(to, `\u00`...)
			to = append(to, digits[c>>4], digits[c&15])
		} else {
			to = append(to, '\\', c)
		}
	}
	to = append(to, text[from:]...)
	return append(to, '"')
}
