package cfn

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/serverless-star/starjob/macro/diag"
)

// space skips white space.
func (r *jsonReader) space() {
	for ; r.at < len(r.src); r.at++ {
		switch r.src[r.at] {
		case ' ', '\t':
		case '\r':
			if r.at+1 == len(r.src) || r.src[r.at+1] != '\n' {
				r.newLine()
			}
		case '\n':
			r.newLine()
		default:
			return
		}
	}
}

func (r *jsonReader) newLine() { r.line, r.start, r.extra = r.line+1, r.at+1, 0 }

// next skips c if it is the next byte, and reports whether it was.
func (r *jsonReader) next(c byte) bool {
	if r.at < len(r.src) && r.src[r.at] == c {
		r.at++
		return true
	}
	return false
}

// here describes the next character, for messages.
func (r *jsonReader) here() string {
	if r.at >= len(r.src) {
		return "the end of the text"
	}
	c, _ := utf8.DecodeRuneInString(r.src[r.at:])
	return strconv.QuoteRune(c)
}

// pos returns the position of the next character.
func (r *jsonReader) pos() diag.Pos {
	if !r.placed {
		return diag.Pos{}
	}
	return diag.Pos{Line: int32(r.line), Column: int32(r.at - r.start - r.extra + 1)}
}

func (r *jsonReader) since(start diag.Pos) diag.Range { return diag.Range{Start: start, End: r.pos()} }

// text reads a string in double quotes. The reader must be at the opening quote.
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
	return "", r.fail(begin-1, "the string has no closing quote")
}

// char skips a character of a string.
func (r *jsonReader) char(c byte) *jsonError {
	if c < ' ' {
		return r.fail(r.at, fmt.Sprintf("the control character %U must be escaped as \\u%04x", c, c))
	}
	if c < utf8.RuneSelf {
		r.at++
		return nil
	}
	char, size := utf8.DecodeRuneInString(r.src[r.at:])
	if char == utf8.RuneError && size == 1 {
		return r.fail(r.at, "the template is not encoded as UTF-8")
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
	return "", r.fail(begin-1, "the string has no closing quote")
}

const (
	escapeLetters = `"\/bfnrt`
	escapeMeans   = "\"\\/\b\f\n\r\t"
)

// escape reads one escape. Half of a surrogate pair is not a character and
// becomes U+FFFD.
func (r *jsonReader) escape() (rune, *jsonError) {
	if r.at+1 < len(r.src) {
		if i := strings.IndexByte(escapeLetters, r.src[r.at+1]); i >= 0 {
			r.at += 2
			return rune(escapeMeans[i]), nil
		}
	}
	char, ok := r.hex(r.at)
	if !ok {
		return 0, r.fail(r.at, `invalid escape; write \\ for a backslash`)
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

// hex reads the escape \uXXXX.
func (r *jsonReader) hex(at int) (rune, bool) {
	if at+6 > len(r.src) || r.src[at] != '\\' || r.src[at+1] != 'u' {
		return 0, false
	}
	code, err := strconv.ParseUint(r.src[at+2:at+6], 16, 16)
	return rune(code), err == nil
}

// word reads null, true, false or a number.
func (r *jsonReader) word(n *Node) *jsonError {
	end := r.at
	for end < len(r.src) && isWordByte(r.src[end]) {
		end++
	}
	word := r.src[r.at:end]
	switch {
	case word == "null":
		n.Kind = Null
	case word == "true" || word == "false":
		n.Kind, n.Text = Bool, word
	case isJSONNumber(word):
		n.Kind, n.Text = Number, word
	case word == "":
		return r.fail(r.at, "expected a value, found "+r.here())
	default:
		return r.fail(r.at, fmt.Sprintf("%.40q is not a value; strings need double quotes", word))
	}
	r.at = end
	return nil
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c == '+' || c == '-' || c == '.' || c == '_'
}

// isJSONNumber reports whether s is a number in RFC 8259's grammar.
func isJSONNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || s[0] == '0' && whole > 1 {
		return false
	}
	s = s[whole:]
	if fraction, ok := strings.CutPrefix(s, "."); ok {
		n := digits(fraction)
		if n == 0 {
			return false
		}
		s = fraction[n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		return s != "" && digits(s) == len(s)
	}
	return s == ""
}

// digits counts the digits at the beginning of s.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
