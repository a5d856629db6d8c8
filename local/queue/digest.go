package queue

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

func md5OfBody(body string) string {
	sum := md5.Sum([]byte(body))
	var text [2 * md5.Size]byte // EncodeToString would allocate it, in addition to the string
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

// md5OfAttributes hashes attributes as SQS does, so that clients can compare;
// it is empty for none.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
func md5OfAttributes(attributes map[string]Attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	const textValue, binaryValue = 1, 2
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		b = appendSized(b, name)
		b = appendSized(b, a.DataType)
		if isBinary(a.DataType) {
			b = appendSized(append(b, binaryValue), string(a.BinaryValue))
		} else {
			b = appendSized(append(b, textValue), a.StringValue)
		}
	}
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

func appendSized(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

// isBinary reports whether a data type is Binary or derived from it.
func isBinary(dataType string) bool {
	base, _, _ := strings.Cut(dataType, ".")
	return base == "Binary"
}

func md5OfTrace(header string) string {
	if header == "" {
		return ""
	}
	return md5OfAttributes(map[string]Attribute{"AWSTraceHeader": {DataType: "String", StringValue: header}})
}

func sha256OfBody(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}
