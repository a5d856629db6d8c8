package local

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// A filter is one pattern of FilterCriteria.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
type filter map[string]any

// parseFilter reads a pattern: an object whose leaves are lists of rules.
func parseFilter(pattern string) (filter, error) {
	var f filter
	if err := json.Unmarshal([]byte(pattern), &f); err != nil || f == nil {
		return nil, errors.New("it is not a JSON object")
	}
	return f, f.check()
}

// body is a message's body, which rules compare as a text and patterns look
// into, where it is JSON. One that has another form than the pattern does not
// fit it.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
type body string

// structured tells whether the body is JSON that patterns can look into.
func (b body) structured() bool {
	text := strings.TrimSpace(string(b))
	return (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text))
}

// matches tells whether a record fits the pattern.
func (f filter) matches(record map[string]any) bool {
	return matchObject(f, record)
}

func matchObject(pattern, data map[string]any) bool {
	for key, want := range pattern {
		value, present := data[key]
		switch want := want.(type) {
		case map[string]any:
			if !matchInner(want, value, present) {
				return false
			}
		case []any:
			if key == "$or" {
				if !matchAny(want, data) {
					return false
				}
			} else if !matchRules(want, value, present) {
				return false
			}
		}
	}
	return true
}

// matchInner looks into a value: an object, or a list of which one fits.
func matchInner(pattern map[string]any, value any, present bool) bool {
	if text, ok := value.(body); ok {
		value = nil
		_ = json.Unmarshal([]byte(text), &value) // what is not JSON fits no pattern
	}
	switch value := value.(type) {
	case map[string]any:
		return matchObject(pattern, value)
	case []any:
		return slices.ContainsFunc(value, func(v any) bool { return matchInner(pattern, v, true) })
	}
	return !present && matchObject(pattern, nil)
}

func matchAny(alternatives []any, data map[string]any) bool {
	for _, alternative := range alternatives {
		if pattern, ok := alternative.(map[string]any); ok && matchObject(pattern, data) {
			return true
		}
	}
	return false
}

// matchRules tells whether one of the rules fits the value, or, of a list, one
// of its items.
func matchRules(rules []any, value any, present bool) bool {
	values, isList := value.([]any)
	if !isList {
		values = []any{value}
	}
	if text, ok := value.(body); ok {
		if text.structured() {
			return false
		}
		values[0] = string(text)
	}
	if len(values) == 0 { // an empty list is as good as none
		values, present = []any{nil}, false
	}
	for _, rule := range rules {
		for _, v := range values {
			if matchRule(rule, v, present) {
				return true
			}
		}
	}
	return false
}

func matchRule(rule, value any, present bool) bool {
	operation, ok := rule.(map[string]any)
	if !ok {
		return present && rule == value
	}
	for name, argument := range operation {
		if name == "exists" {
			return present == (argument == true)
		}
		return present && operators[name](argument, value)
	}
	return false
}

// operators are the rules that compare by more than equality.
var operators = map[string]func(argument, value any) bool{
	"prefix":             func(a, v any) bool { return texts(a, v, strings.HasPrefix) },
	"suffix":             func(a, v any) bool { return texts(a, v, strings.HasSuffix) },
	"equals-ignore-case": func(a, v any) bool { return texts(a, v, strings.EqualFold) },
	"anything-but":       anythingBut,
	"numeric":            numeric,
	"exists":             func(a, v any) bool { return a == true },
}

func texts(argument, value any, compare func(s, t string) bool) bool {
	a, ok1 := argument.(string)
	v, ok2 := value.(string)
	return ok1 && ok2 && compare(v, a)
}

func anythingBut(argument, value any) bool {
	switch a := argument.(type) {
	case []any:
		for _, item := range a {
			if item == value {
				return false
			}
		}
		return true
	case map[string]any:
		return !texts(a["prefix"], value, strings.HasPrefix)
	}
	return argument != value
}

// numeric compares with pairs such as [">", 0, "<=", 5].
func numeric(argument, value any) bool {
	v, ok := value.(float64)
	pairs, _ := argument.([]any)
	for i := 0; ok && i+1 < len(pairs); i += 2 {
		n, isNumber := pairs[i+1].(float64)
		switch pairs[i] {
		case "=":
			ok = v == n
		case "<":
			ok = v < n
		case "<=":
			ok = v <= n
		case ">":
			ok = v > n
		case ">=":
			ok = v >= n
		default:
			ok = false
		}
		ok = ok && isNumber
	}
	return ok
}
