package cfn

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text reads a string in double quotes.
func (r *jsonReader) text() (string, *jsonError) {
	r.at++
	begin := r.at
	for r.at < len(r.src) {
		switch c := r.src[r.at]; {
		case c == '"':
			r.at++
			return r.src[begin : r.at-1], nil
		case c == '\\':
			return r.escaped(begin)
		default:
			if err := r.char(c); err != nil {
				return "", err
			}
		}
	}
	return "", r.fail(begin-1, "this string has no closing quote")
}

// char skips a character of a string.
func (r *jsonReader) char(c byte) *jsonError {
	if c < ' ' {
		return r.fail(r.at, fmt.Sprintf("the control character %U must be written as an escape: \\u%04x", c, c))
	}
	if c < utf8.RuneSelf {
		r.at++
		return nil
	}
	char, size := utf8.DecodeRuneInString(r.src[r.at:])
	if char == utf8.RuneError && size == 1 {
		return r.fail(r.at, "the text is not encoded as UTF-8")
	}
	r.at += size
	r.extra += size - 1
	return nil
}

// escaped reads the rest of a string from its first escape on.
func (r *jsonReader) escaped(begin int) (string, *jsonError) {
	var b strings.Builder
	for copied := begin; r.at < len(r.src); {
		c := r.src[r.at]
		if c != '"' && c != '\\' {
			if err := r.char(c); err != nil {
				return "", err
			}
			continue
		}
		b.WriteString(r.src[copied:r.at])
		if c == '"' {
			r.at++
			return b.String(), nil
		}
		char, err := r.escape()
		if err != nil {
			return "", err
		}
		b.WriteRune(char)
		copied = r.at
	}
	return "", r.fail(begin-1, "this string has no closing quote")
}

const (
	escapeLetters = `"\/bfnrt`
	escapeMeans   = "\"\\/\b\f\n\r\t"
)

// escape reads one escape. Half of a surrogate pair is no character and becomes
// U+FFFD.
func (r *jsonReader) escape() (rune, *jsonError) {
	if r.at+1 < len(r.src) {
		if i := strings.IndexByte(escapeLetters, r.src[r.at+1]); i >= 0 {
			r.at += 2
			return rune(escapeMeans[i]), nil
		}
	}
	char, ok := r.hex(r.at)
	if !ok {
		return 0, r.fail(r.at, `a \ begins no escape here; write \\ for the character itself`)
	}
	r.at += 6
	if utf16.IsSurrogate(char) {
		second, _ := r.hex(r.at)
		char = utf16.DecodeRune(char, second)
		if char != utf8.RuneError {
			r.at += 6
		}
	}
	return char, nil
}

// hex reads a \uXXXX.
func (r *jsonReader) hex(at int) (rune, bool) {
	if at+6 > len(r.src) || r.src[at] != '\\' || r.src[at+1] != 'u' {
		return 0, false
	}
	code, err := strconv.ParseUint(r.src[at+2:at+6], 16, 16)
	return rune(code), err == nil
}
