// Package filter reads the event filter patterns of an event source mapping
// (FilterCriteria) and matches messages against them. [Parse] accepts only what
// Lambda accepts, so that [Pattern.Matches] need not report errors. It does not
// delete anything.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
package filter

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A Pattern is one valid pattern of FilterCriteria: an object whose leaves are
// lists of rules.
type Pattern map[string]any

// Parse reads a pattern. The error lists everything that Lambda would refuse
// about it.
func Parse(pattern string) (Pattern, error) {
	var p Pattern
	if err := json.Unmarshal([]byte(pattern), &p); err != nil || p == nil {
		return nil, errors.New("it is not a JSON object")
	}
	return p, p.check()
}

// check lists everything that Lambda would refuse about a pattern.
func (p Pattern) check() error {
	var problems []error
	for key, value := range p {
		switch value := value.(type) {
		case map[string]any:
			problems = append(problems, Pattern(value).check())
		case []any:
			problems = append(problems, checkRules(key, value))
		default:
			problems = append(problems, fmt.Errorf("%q requires a list of rules or an object", key))
		}
	}
	return errors.Join(problems...)
}

func checkRules(key string, rules []any) error {
	if len(rules) == 0 {
		return fmt.Errorf("%q has an empty list, which matches nothing", key)
	}
	if key == "$or" {
		var problems []error
		for _, alternative := range rules {
			pattern, ok := alternative.(map[string]any)
			if !ok {
				return errors.New(`"$or" requires a list of patterns`)
			}
			problems = append(problems, Pattern(pattern).check())
		}
		return errors.Join(problems...)
	}
	var problems []error
	for _, rule := range rules {
		problems = append(problems, checkRule(key, rule))
	}
	return errors.Join(problems...)
}

// checkRule refuses rules that could only match never or always: messages that
// do not match are deleted.
func checkRule(key string, rule any) error {
	operation, ok := rule.(map[string]any)
	if _, nested := rule.([]any); nested {
		return fmt.Errorf("%q has a list in its list of rules", key)
	}
	if !ok {
		return nil
	}
	if len(operation) != 1 {
		return fmt.Errorf("%q has a rule with %d operators (allowed: 1)", key, len(operation))
	}
	for name, argument := range operation {
		valid, known := validArgument[name]
		if !known {
			return fmt.Errorf("%q has the rule %q (allowed: prefix, suffix, anything-but, equals-ignore-case, numeric, exists)", key, name)
		}
		if !valid(argument) {
			return fmt.Errorf("the rule %s of %q has an invalid argument", name, key)
		}
	}
	return nil
}

// validArgument reports, for each operator, whether it can have an argument.
var validArgument = map[string]func(any) bool{
	"prefix":             isString,
	"suffix":             isString,
	"equals-ignore-case": isString,
	"exists":             func(a any) bool { _, ok := a.(bool); return ok },
	"anything-but":       isAnythingBut,
	"numeric":            isNumeric,
}

func isString(a any) bool { _, ok := a.(string); return ok }

func isNumber(a any) bool { _, ok := a.(float64); return ok }

func isAnythingBut(a any) bool {
	switch a := a.(type) {
	case []any:
		return len(a) > 0 && !slices.ContainsFunc(a, func(v any) bool { return !isString(v) && !isNumber(v) })
	case map[string]any:
		return len(a) == 1 && isString(a["prefix"])
	}
	return isString(a) || isNumber(a)
}

func isNumeric(a any) bool {
	pairs, _ := a.([]any)
	for i, v := range pairs {
		comparison, _ := v.(string)
		if i%2 == 0 && !slices.Contains([]string{"=", "<", "<=", ">", ">="}, comparison) || i%2 == 1 && !isNumber(v) {
			return false
		}
	}
	return len(pairs) > 0 && len(pairs)%2 == 0
}
