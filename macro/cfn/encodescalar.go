package cfn

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// scalar writes a text in one line: plain where no reader can take it for
// anything else, in single quotes where it can, in double quotes where it has
// characters that need escapes.
func scalar(s string) string {
	switch {
	case !isPrintable(s):
		return doubleQuoted(s)
	case isPlain(s):
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// isPlain is stricter than YAML, which only costs quotes.
func isPlain(s string) bool {
	if !plain.MatchString(s) || numeric.MatchString(s) || resolve(s).Kind != String {
		return false
	}
	return s != "y" && s != "Y" && s != "n" && s != "N" && // booleans to YAML 1.1
		!strings.Contains(s, ": ") && !strings.Contains(s, " #") && !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, " ")
}

var (
	// plain is a letter, a digit, or one of a few signs that mean nothing to YAML,
	// and then anything printable.
	plain = lazily(`^[\pL0-9_./$(+^;\\][^\x00-\x1f]*$`)
	// numeric has the form of any number, date or time, and of much else.
	numeric = lazily(`^[-+.0-9][-+.,:_ 0-9a-fA-FoxXiInNTtzZ]*$`)
)

// isPrintable tells whether s can be written without escapes.
func isPrintable(s string) bool {
	return strings.IndexFunc(s, needsEscape) < 0 && utf8.ValidString(s)
}

// needsEscape is true for what YAML, or an editor, could lose or misread.
// https://yaml.org/spec/1.2.2/#51-character-set
func needsEscape(c rune) bool {
	return c < ' ' || 0x7F <= c && c <= 0xA0 || c == '\u2028' || c == '\u2029' || c == '\uFEFF' || c == '\uFFFE' || c == '\uFFFF'
}

// isLiteral tells whether s can be written as a block of lines, of which the
// first tells the indentation: it may not be empty or indented itself.
func isLiteral(s string) bool {
	return strings.Contains(s, "\n") && strings.TrimRight(s, "\n") != "" && !strings.ContainsAny(s[:1], " \t\n") &&
		isPrintable(strings.NewReplacer("\n", "", "\t", "").Replace(s))
}

// doubleQuoted escapes what needs it. Bytes that are not UTF-8 become U+FFFD, as
// in EncodeJSON.
func doubleQuoted(s string) string {
	b := []byte{'"'}
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\r':
			b = append(b, `\r`...)
		case needsEscape(c):
			b = fmt.Appendf(b, `\u%04X`, c)
		default:
			b = utf8.AppendRune(b, c)
		}
	}
	return string(append(b, '"'))
}
