package cfn

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is needed first. Only
// YAML needs them, which the macro in AWS never sees: its start is the shorter.
type pattern func() *regexp.Regexp

func lazily(text string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// MatchString tells whether a text matches.
func (p pattern) MatchString(text string) bool { return p().MatchString(text) }
