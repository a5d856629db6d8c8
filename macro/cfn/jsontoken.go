package cfn

import (
	"fmt"
	"strconv"
	"strings"
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

// next skips c if it comes next.
func (r *jsonReader) next(c byte) bool {
	if r.at < len(r.src) && r.src[r.at] == c {
		r.at++
		return true
	}
	return false
}

// here names what comes next, for messages.
func (r *jsonReader) here() string {
	if r.at >= len(r.src) {
		return "the end of the text"
	}
	c, _ := utf8.DecodeRuneInString(r.src[r.at:])
	return strconv.QuoteRune(c)
}

// pos is the place of what comes next.
func (r *jsonReader) pos() diag.Pos {
	if !r.placed {
		return diag.Pos{}
	}
	return diag.Pos{Line: int32(r.line), Column: int32(r.at - r.start - r.extra + 1)}
}

func (r *jsonReader) since(start diag.Pos) diag.Range { return diag.Range{Start: start, End: r.pos()} }

// placeOf finds the place of an offset by reading all before it.
func placeOf(text string, at int) diag.Pos {
	before := strings.ReplaceAll(text[:at], "\r\n", " \n")
	before = strings.ReplaceAll(before, "\r", "\n")
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return diag.Pos{Line: int32(strings.Count(before, "\n") + 1), Column: int32(utf8.RuneCountInString(line) + 1)}
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
		return r.fail(r.at, "want a value, not "+r.here())
	default:
		return r.fail(r.at, fmt.Sprintf("%.40q is no value; strings need double quotes", word))
	}
	r.at = end
	return nil
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c == '+' || c == '-' || c == '.' || c == '_'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isJSONNumber tells whether s is a number of RFC 8259's grammar.
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
