package engine

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// scanner takes an event apart. Once it has failed, what it returns means
// nothing.
type scanner struct {
	rest   []byte
	failed bool
	spare  []byte
	// Most records of a batch have these in common.
	arn        string
	attributes []Attribute
}

// next returns the next byte that is not space, without taking it; 0 at the end.
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

func (s *scanner) token(c byte) {
	if s.next() != c || len(s.rest) == 0 {
		s.failed, s.rest = true, nil
		return
	}
	s.rest = s.rest[1:]
}

func (s *scanner) key(want string) {
	if string(s.text()) != want {
		s.failed = true
	}
	s.token(':')
}

// object has a function read each member's value. A key may come once.
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

func (s *scanner) oneOf(keys []string) int {
	text := s.text()
	for i, key := range keys {
		if string(text) == key {
			return i
		}
	}
	return -1
}

// text reads a string. It lies in the event, or is overwritten by the next.
func (s *scanner) text() []byte {
	s.token('"')
	for i, c := range s.rest {
		switch {
		case c == '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			return text
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

// escaped reads the rest of a string, of which something must be replaced, or
// checked.
func (s *scanner) escaped(begin int) []byte {
	to := append(s.spare[:0], s.rest[:begin]...)
	plain := true // of what only encoding/json replaces
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

// unescaped is what stands for a character behind a backslash; 0: not one alone.
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

func (s *scanner) slow(literal []byte) []byte {
	var text string
	quoted := append(append([]byte{'"'}, literal...), '"')
	if json.Unmarshal(quoted, &text) != nil {
		s.failed = true
	}
	return []byte(text)
}

// skip passes over a string, null, or an empty list.
func (s *scanner) skip() {
	switch s.next() {
	case '"':
		s.text()
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
