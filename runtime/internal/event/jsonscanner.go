package event

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

// scanner reads the JSON of an event piece by piece. Once it has failed, the
// values that it returns are meaningless.
type scanner struct {
	rest   []byte
	failed bool
	spare  []byte // memory for a string that has escapes
	// Values of the previous record. Most records of a batch share them.
	arn        string
	attributes []sqs.Attribute
}

// next returns the next byte that is not a space, without consuming it; 0 at the
// end.
func (s *scanner) next() byte {
	for i, c := range s.rest {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			s.rest = s.rest[i:]
			return c
		}
	}
	s.rest = nil
	return 0
}

// token consumes a token of one byte.
func (s *scanner) token(c byte) {
	if s.next() != c || len(s.rest) == 0 {
		s.failed, s.rest = true, nil
		return
	}
	s.rest = s.rest[1:]
}

// key consumes a key and its colon.
func (s *scanner) key(want string) {
	if string(s.string()) != want {
		s.failed = true
	}
	s.token(':')
}

// object reads an object, whose keys must be among keys, each at most once, and
// lets member read the value of each.
func (s *scanner) object(keys []string, member func(key int)) {
	s.token('{')
	if s.next() == '}' {
		s.token('}')
		return
	}
	for seen := 0; !s.failed; s.token(',') {
		key := s.oneOf(keys)
		if key < 0 || seen&(1<<key) != 0 {
			s.failed = true
			return
		}
		seen |= 1 << key
		s.token(':')
		member(key)
		if s.next() == '}' {
			break
		}
	}
	s.token('}')
}

// oneOf reads a key and returns its index; -1 if it is not among keys.
func (s *scanner) oneOf(keys []string) int {
	name := s.string()
	for i, key := range keys {
		if string(name) == key {
			return i
		}
	}
	return -1
}

// string reads a string. It is valid until the next one is read.
func (s *scanner) string() []byte {
	s.token('"')
	for i, c := range s.rest {
		switch {
		case c == '"':
			value := s.rest[:i]
			s.rest = s.rest[i+1:]
			return value
		case c == '\\' || c >= utf8.RuneSelf:
			return s.escaped(i)
		case c < ' ':
			s.failed = true
			return nil
		}
	}
	s.failed = true
	return nil
}

// escaped reads the rest of a string that has escapes, or characters outside ASCII that
// must be valid UTF-8.
func (s *scanner) escaped(begin int) []byte {
	to := append(s.spare[:0], s.rest[:begin]...)
	plain := true // has no escapes that only encoding/json handles
	for i := begin; i < len(s.rest); i++ {
		c := s.rest[i]
		switch {
		case c == '"':
			literal := s.rest[:i]
			s.rest, s.spare = s.rest[i+1:], to
			if plain && utf8.Valid(to) {
				return to
			}
			return s.slow(literal)
		case c == '\\':
			if i++; i == len(s.rest) {
				break
			}
			to = append(to, unescaped(s.rest[i]))
			plain = plain && unescaped(s.rest[i]) != 0
		case c < ' ':
			s.failed = true
			return nil
		default:
			to = append(to, c)
		}
	}
	s.failed = true
	return nil
}

// unescaped returns the byte for the character after a backslash, or 0 if the escape is
// not a single byte.
func unescaped(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return 0
}

// slow reads a string with encoding/json.
func (s *scanner) slow(literal []byte) []byte {
	var value string
	quoted := append(append([]byte{'"'}, literal...), '"')
	if json.Unmarshal(quoted, &value) != nil {
		s.failed = true
	}
	return []byte(value)
}

// skip consumes a string, null, or an empty list.
func (s *scanner) skip() {
	switch s.next() {
	case '"':
		s.string()
	case 'n':
		s.null()
	default:
		s.token('[')
		s.token(']')
	}
}

func (s *scanner) null() {
	rest, ok := bytes.CutPrefix(s.rest, []byte("null"))
	s.rest, s.failed = rest, s.failed || !ok
}
