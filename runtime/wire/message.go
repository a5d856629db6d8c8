package wire

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// AttributeBytes returns the number of bytes that a message attribute counts towards
// [MaxMessageBytes].
func AttributeBytes(name, dataType string, valueBytes int) int {
	return len(name) + len(dataType) + valueBytes
}

// Escape escapes a JSON document so that SQS accepts it as a message body. SQS refuses
// U+FFFE, U+FFFF, and invalid UTF-8. In JSON these can only appear inside strings,
// where an escape has the same meaning. Invalid UTF-8 becomes U+FFFD, as it does in
// JSON parsers. A document that needs no escape is returned unchanged.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func Escape(document []byte) []byte {
	if isSendable(document) {
		return document
	}
	escaped := make([]byte, 0, len(document)+16)
	for len(document) > 0 {
		r, size := utf8.DecodeRune(document)
		switch {
		case r == utf8.RuneError && size == 1:
			escaped = append(escaped, `\ufffd`...)
		case r == '\uFFFE':
			escaped = append(escaped, `\ufffe`...)
		case r == '\uFFFF':
			escaped = append(escaped, `\uffff`...)
		default:
			escaped = append(escaped, document[:size]...)
		}
		document = document[size:]
	}
	return escaped
}

func isSendable(document []byte) bool {
	return !bytes.Contains(document, []byte("\uFFFE")) && !bytes.Contains(document, []byte("\uFFFF")) && utf8.Valid(document)
}

// Printable replaces each character that SQS refuses in a message attribute with
// U+FFFD, the replacement character.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF' {
			return utf8.RuneError
		}
		return r
	}, s)
}

// Truncate shortens a string to at most maxBytes bytes, at the boundary of a character.
// A shortened string ends with an ellipsis; it is empty if there is no room for one.
func Truncate(s string, maxBytes int) string {
	if len(s) <= maxBytes {
		return s
	}
	const mark = "…"
	end := max(maxBytes, 0)
	if end < len(mark) {
		return ""
	}
	end -= len(mark)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + mark
}

// IsGroup reports whether a string is a valid message group ID: 1 to [MaxGroupBytes]
// visible ASCII characters.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html
func IsGroup(s string) bool {
	return s != "" && len(s) <= MaxGroupBytes &&
		strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
