package cfn

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/serverless-star/starjob/macro/diag"
)

const quotedStyle = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// scalar reads a scalar without its tag. A scalar with a tag is a string: !Ref 1
// refers to a resource named 1.
func (r *yamlReader) scalar(n *yaml.Node, place diag.Range) *Node {
	if n.Style&(quotedStyle|yaml.TaggedStyle) != 0 || n.Tag == "!" {
		return NewString(n.Value)
	}
	value := resolve(n.Value)
	if problem := ambiguity(n.Value, value); problem != "" {
		r.list = append(r.list, diag.Diagnostic{
			Code: diag.Ambiguous, Severity: diag.Warning, Path: r.path.String(), Range: place, Problem: problem,
			Fix: fmt.Sprintf("put it in quotes if you mean the string: '%s'", n.Value),
		})
	}
	return value
}

// ambiguity explains why a plain scalar may not be read as its author means it;
// it is empty if there is no doubt. YAML, or some of its parsers, may read an
// account number, a time of day, or the beginning of a hash as a number.
func ambiguity(s string, value *Node) string {
	switch {
	case octal.MatchString(s), sexagesimal.MatchString(s):
		return fmt.Sprintf("YAML reads %s as the number %s", s, value.Text)
	case leadingZero.MatchString(s):
		return "StarJob reads " + s + " as a string, and some YAML parsers as a number"
	case exponent.MatchString(s):
		return "StarJob reads " + s + " as a number, and some YAML parsers as a string"
	}
	return ""
}

// The numbers of YAML 1.1, and those that parsers disagree about.
// https://yaml.org/type/int.html, https://yaml.org/type/float.html
var (
	octal       = lazyRegexp(`^[-+]?0[0-7_]+$`)
	prefixed    = lazyRegexp(`^[-+]?0(b[01_]+|x[0-9a-fA-F_]+)$`)
	decimal     = lazyRegexp(`^[-+]?[1-9][0-9_]*$`)
	float       = lazyRegexp(`^[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|0|[1-9][0-9]*)([eE][-+]?[0-9]+)?$`)
	sexagesimal = lazyRegexp(`^[-+]?([1-9][0-9_]*(:[0-5]?[0-9])+|[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*)$`)
	leadingZero = lazyRegexp(`^[-+]?0[0-9_]+$`)
	exponent    = lazyRegexp(`^[-+]?([0-9]+[eE][-+]?|[0-9.]+[eE])[0-9]+$`)
)

// resolve returns what a plain scalar means in YAML 1.1.
func resolve(s string) *Node {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return &Node{}
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return NewBool(true)
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		return NewBool(false)
	}
	if text, ok := number(s); ok {
		return &Node{Kind: Number, Text: text}
	}
	return NewString(s)
}

// number returns a number as JSON writes it, with all its digits.
func number(s string) (string, bool) {
	if isJSONNumber(s) {
		return s, true
	}
	plain := strings.ReplaceAll(s, "_", "")
	switch {
	case octal.MatchString(s), prefixed.MatchString(s):
		return whole(plain)
	case decimal.MatchString(s):
		return strings.TrimPrefix(plain, "+"), true
	case float.MatchString(s):
		return fraction(plain)
	case sexagesimal.MatchString(s):
		return base60(plain)
	}
	return "", false
}

// whole converts an integer in base 2, 8 or 16 to decimal digits.
func whole(s string) (string, bool) {
	i, ok := new(big.Int).SetString(s, 0)
	if !ok {
		return "", false
	}
	return i.String(), true
}

// fraction adds the zeros that JSON requires and YAML does not, and removes those
// that JSON forbids.
func fraction(s string) (string, bool) {
	sign := ""
	if s[0] == '-' {
		sign = "-"
	}
	s = strings.TrimLeft(s, "+-0")
	if n := digits(s); n == 0 {
		s = "0" + s
	}
	if n := digits(s); strings.HasPrefix(s[n:], ".") && digits(s[n+1:]) == 0 {
		s = s[:n+1] + "0" + s[n+1:]
	}
	return sign + s, isJSONNumber(s)
}

// base60 converts hours, minutes and seconds, which are a number in YAML 1.1.
func base60(s string) (string, bool) {
	negative := s[0] == '-'
	s, seconds, _ := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	total, sixty := new(big.Int), big.NewInt(60)
	for part := range strings.SplitSeq(s, ":") {
		digit, ok := new(big.Int).SetString(part, 10)
		if !ok {
			return "", false
		}
		total.Add(total.Mul(total, sixty), digit)
	}
	text := total.String()
	if seconds != "" {
		text += "." + seconds
	}
	if negative {
		text = "-" + text
	}
	return text, true
}

// lazyPattern is a regular expression that is compiled at its first use. Only YAML
// needs them, and the macro in AWS never reads YAML, so its cold start is shorter.
type lazyPattern func() *regexp.Regexp

func lazyRegexp(expression string) lazyPattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// MatchString reports whether s matches the expression.
func (p lazyPattern) MatchString(s string) bool { return p().MatchString(s) }
