package api

import (
	"encoding/json"
	"strings"
)

// A reader reads the batches of the hot paths, several times as fast as
// encoding/json, which does not know the types in advance. It reads only the form
// that SDKs write, and leaves anything else to encoding/json: the reader accepts
// nothing that encoding/json would refuse, or read differently.
type reader struct{ rest string }

// inputReader is an input that a reader can fill. If read reports false, a part may
// have been filled.
type inputReader interface{ read(*reader) bool }

func (in *sendMessageBatchInput) read(r *reader) bool {
	return r.object(func(name string) bool {
		switch name {
		case "QueueUrl":
			return r.text(&in.QueueUrl)
		case "Entries":
			return in.Entries == nil && readList(r, &in.Entries, (*sendEntry).read)
		}
		return false
	}) && r.ended()
}

// read copies the strings that the queue keeps. Otherwise each message would keep
// its entire request in memory.
func (e *sendEntry) read(r *reader) bool {
	return r.object(func(name string) bool {
		switch name {
		case "Id":
			return r.text(&e.Id)
		case "MessageBody":
			return r.copied(&e.MessageBody)
		case "MessageGroupId":
			return r.copied(&e.MessageGroupId)
		case "MessageDeduplicationId":
			return r.copied(&e.MessageDeduplicationId)
		case "DelaySeconds":
			return r.any(&e.DelaySeconds)
		case "MessageAttributes":
			return e.MessageAttributes == nil && r.any(&e.MessageAttributes)
		case "MessageSystemAttributes":
			return e.MessageSystemAttributes == nil && r.any(&e.MessageSystemAttributes)
		}
		return false
	})
}

func (in *receiptBatchInput) read(r *reader) bool {
	return r.object(func(name string) bool {
		switch name {
		case "QueueUrl":
			return r.text(&in.QueueUrl)
		case "Entries":
			return in.Entries == nil && readList(r, &in.Entries, (*receiptEntry).read)
		}
		return false
	}) && r.ended()
}

func (e *receiptEntry) read(r *reader) bool {
	return r.object(func(name string) bool {
		switch name {
		case "Id":
			return r.text(&e.Id)
		case "ReceiptHandle":
			return r.text(&e.ReceiptHandle)
		case "VisibilityTimeout":
			return r.any(&e.VisibilityTimeout)
		}
		return false
	})
}

// object reads an object, and has value read the value of each name.
func (r *reader) object(value func(name string) bool) bool {
	if !r.take('{') {
		return false
	}
	if r.take('}') {
		return true
	}
	for {
		name, ok := r.string()
		if !ok || !r.take(':') || !value(name) {
			return false
		}
		if !r.take(',') {
			return r.take('}')
		}
	}
}

// readList reads an array. Batches have few elements; one with more than any
// may have is left to encoding/json.
func readList[E any](r *reader, list *[]E, element func(*E, *reader) bool) bool {
	if !r.take('[') {
		return false
	}
	*list = make([]E, 0, maxEntries)
	if r.take(']') {
		return true
	}
	for len(*list) < maxEntries {
		*list = (*list)[:len(*list)+1]
		if !element(&(*list)[len(*list)-1], r) {
			return false
		}
		if !r.take(',') {
			return r.take(']')
		}
	}
	return false
}

// take reads one character that must be next, except for white space.
func (r *reader) take(c byte) bool {
	r.skipSpace()
	if r.rest == "" || r.rest[0] != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

func (r *reader) ended() bool {
	r.skipSpace()
	return r.rest == ""
}

func (r *reader) skipSpace() {
	for r.rest != "" && (r.rest[0] == ' ' || r.rest[0] == '\n' || r.rest[0] == '\t' || r.rest[0] == '\r') {
		r.rest = r.rest[1:]
	}
}

// text reads a string into a member.
func (r *reader) text(into *string) (ok bool) {
	*into, ok = r.string()
	return ok
}

func (r *reader) copied(into *string) bool {
	ok := r.text(into)
	*into = strings.Clone(*into)
	return ok
}

// string reads a string. It shares memory with the request if nothing is escaped.
func (r *reader) string() (text string, ok bool) {
	r.skipSpace()
	end, plain := stringEnd(r.rest)
	if end < 0 {
		return "", false
	}
	literal := r.rest[:end]
	r.rest = r.rest[end:]
	if plain {
		return literal[1 : end-1], true
	}
	unescaped := new(string)
	err := json.Unmarshal([]byte(literal), unescaped)
	return *unescaped, err == nil
}

// stringEnd is where the string ends that s begins with, or -1, and whether it is
// plain: nothing in it is escaped, or must be.
func stringEnd(s string) (end int, plain bool) {
	if s == "" || s[0] != '"' {
		return -1, false
	}
	plain = true
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1, plain
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			plain = false
		}
	}
	return -1, false
}

// any has encoding/json read a value.
func (r *reader) any(into any) bool {
	r.skipSpace()
	end := valueEnd(r.rest)
	value := r.rest[:end]
	r.rest = r.rest[end:]
	return json.Unmarshal([]byte(value), into) == nil
}

// valueEnd returns the end of the value that s begins with. If s is not JSON, the
// result is any offset.
func valueEnd(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			end, _ := stringEnd(s[i:])
			if end < 0 {
				return len(s)
			}
			i += end - 1
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return i
			}
			if s[i] != ',' {
				depth--
			}
		}
	}
	return len(s)
}
