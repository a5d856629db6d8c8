package filter

import (
	"encoding/json"
	"slices"
	"strings"
)

// Body is a message's body. Rules compare it as a string, and patterns look into
// it where it is JSON. A body that has another form than the pattern does not
// match it.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
type Body string

// structured reports whether the body is JSON that patterns can look into.
func (b Body) structured() bool {
	text := strings.TrimSpace(string(b))
	return (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text))
}

// Matches reports whether a record matches the pattern. The record is a message
// as Lambda shows it to functions, except that its body is a [Body].
func (p Pattern) Matches(record map[string]any) bool {
	return matchObject(p, record)
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

// matchInner matches an object, or a list in which one object matches.
func matchInner(pattern map[string]any, value any, present bool) bool {
	if text, ok := value.(Body); ok {
		value = nil
		_ = json.Unmarshal([]byte(text), &value) // a body that is not JSON matches no pattern
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

// matchRules reports whether one of the rules matches the value or, if it is a
// list, one of its items.
func matchRules(rules []any, value any, present bool) bool {
	values, isList := value.([]any)
	if !isList {
		values = []any{value}
	}
	if text, ok := value.(Body); ok {
		if text.structured() {
			return false
		}
		values[0] = string(text)
	}
	if len(values) == 0 { // an empty list counts as an absent value
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

// operators are the rules other than equality. Pattern.check has refused all
// other operators.
var operators = map[string]func(argument, value any) bool{
	"prefix":             func(a, v any) bool { return compareStrings(a, v, strings.HasPrefix) },
	"suffix":             func(a, v any) bool { return compareStrings(a, v, strings.HasSuffix) },
	"equals-ignore-case": func(a, v any) bool { return compareStrings(a, v, strings.EqualFold) },
	"anything-but":       anythingBut,
	"numeric":            numeric,
	"exists":             func(a, v any) bool { return a == true },
}

func compareStrings(argument, value any, compare func(s, t string) bool) bool {
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
		return !compareStrings(a["prefix"], value, strings.HasPrefix)
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
