package wire

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// AttributeBytes is what a message attribute counts towards [MaxMessageBytes].
func AttributeBytes(name, dataType string, valueBytes int) int {
	return len(name) + len(dataType) + valueBytes
}

// Escape makes a JSON text fit for a message's body. SQS refuses U+FFFE and
// U+FFFF, and what is not UTF-8; in JSON all of these can stand inside strings
// only, where an escape means the same (or, for broken UTF-8, what every reader
// makes of it). A text that needs no escape is returned as it is.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func Escape(text []byte) []byte {
	if isSendable(text) {
		return text
	}
	escaped := make([]byte, 0, len(text)+16)
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			escaped = append(escaped, `\ufffd`...)
		case r == '\uFFFE':
			escaped = append(escaped, `\ufffe`...)
		case r == '\uFFFF':
			escaped = append(escaped, `\uffff`...)
		default:
			escaped = append(escaped, text[:size]...)
		}
		text = text[size:]
	}
	return escaped
}

func isSendable(text []byte) bool {
	return !bytes.Contains(text, []byte("\uFFFE")) && !bytes.Contains(text, []byte("\uFFFF")) && utf8.Valid(text)
}

// Printable replaces each character that SQS refuses in a message attribute by
// U+FFFD, the replacement character.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF' {
			return utf8.RuneError
		}
		return r
	}, text)
}

// Truncate shortens a text to at most maxBytes, between two characters, and
// marks the cut with an ellipsis where there is room for it.
func Truncate(text string, maxBytes int) string {
	if len(text) <= maxBytes {
		return text
	}
	const mark = "…"
	end := max(maxBytes, 0)
	if end < len(mark) {
		return ""
	}
	end -= len(mark)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}

// IsGroup tells whether a text may be a message group ID: 1 to [MaxGroupBytes]
// visible ASCII characters.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html
func IsGroup(text string) bool {
	return text != "" && len(text) <= MaxGroupBytes &&
		strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
