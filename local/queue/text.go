package queue

import (
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// ValidText reports whether a string has only characters that SQS accepts in
// bodies and attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func ValidText(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == 0xfffe || r == 0xffff {
			return false
		}
		i += size
	}
	return true
}

// isID reports whether the ID of a group, a deduplication or an attempt is well
// formed; it may be missing.
func isID(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return len(id) <= 128
}

func invalidID(id, parameter string) error {
	return sqserr.New(sqserr.InvalidParameterValue, "Value %s for parameter %s is invalid. Reason: %s can only include alphanumeric and punctuation characters. 1 to 128 in length.", id, parameter, parameter)
}
