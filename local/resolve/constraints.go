package resolve

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// disallowed reports whether a parameter's declaration does not allow a value, and
// why.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func disallowed(name string, declared, value *cfn.Node) (diag.Diagnostic, bool) {
	text, ok := value.AsScalar()
	if !ok {
		return diag.Diagnostic{}, false
	}
	kind, _ := declared.Get("Type").AsString()
	d := diag.Diagnostic{Code: diag.LocalValue, Path: "Parameters." + name, Range: declared.Range}
	d.Fix, _ = declared.Get("ConstraintDescription").AsString()
	values := valuesOf(kind, text)
	if disallowedValue, allowed := notAmong(declared.Get("AllowedValues"), text, values); allowed != "" {
		d.Problem, d.Fix = name+" is "+disallowedValue+", which is not in AllowedValues", "use one of "+allowed
		return d, true
	}
	for _, value := range values {
		if problem := refusal(kind, declared, value); problem != "" {
			d.Problem = name + " is " + value + ", which " + problem
			return d, true
		}
	}
	return d, false
}

// valuesOf returns the values that the constraints of a parameter apply to: each
// value of a list, and the only value of any other type.
func valuesOf(kind, text string) []string {
	if !isList(kind) {
		return []string{text}
	}
	if text == "" { // AWS does not document whether that is an empty list
		return nil
	}
	values := strings.Split(text, ",")
	for i, value := range values {
		values[i] = strings.TrimSpace(value)
	}
	return values
}

func isList(kind string) bool {
	return kind == "CommaDelimitedList" || strings.Contains(kind, "List<")
}

// notAmong returns the first value that is not one of the AllowedValues, and a
// list of these; nothing if all values are allowed. An entire list may also be
// allowed, as in cfn-lint: AWS does not document what an allowed value with a
// comma means.
func notAmong(allowed *cfn.Node, text string, values []string) (disallowedValue, list string) {
	if allowed == nil {
		return "", ""
	}
	var names []string
	for _, a := range allowed.Items {
		name, _ := a.AsScalar()
		names = append(names, name)
	}
	if slices.Contains(names, text) {
		return "", ""
	}
	for _, value := range values {
		if !slices.Contains(names, value) {
			return value, strings.Join(names, ", ")
		}
	}
	return "", ""
}

// refusal returns the constraint of a parameter that a value breaks; empty if the
// value is allowed.
func refusal(kind string, declared *cfn.Node, value string) string {
	switch kind {
	case "Number", "List<Number>":
		number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			return "is not a number"
		}
		return outside(declared, "MinValue", "MaxValue", number)
	case "String", "CommaDelimitedList":
		if pattern, ok := declared.Get("AllowedPattern").AsString(); ok && !matches(pattern, value) {
			return "does not match " + pattern
		}
	}
	if kind != "String" {
		return ""
	}
	if problem := outside(declared, "MinLength", "MaxLength", float64(utf8.RuneCountInString(value))); problem != "" {
		return "has a length that " + problem
	}
	return ""
}

// outside returns which of two bounds a number exceeds; empty if neither.
func outside(declared *cfn.Node, minName, maxName string, number float64) string {
	bound := func(name string) (string, float64, bool) {
		text, _ := declared.Get(name).AsScalar()
		value, err := strconv.ParseFloat(text, 64)
		return text, value, err == nil
	}
	if text, value, ok := bound(minName); ok && number < value {
		return "is below the " + minName + " " + text
	}
	if text, value, ok := bound(maxName); ok && number > value {
		return "is above the " + maxName + " " + text
	}
	return ""
}

// matches reports whether a pattern matches an entire value. A pattern that only
// Java understands is left to CloudFormation.
func matches(pattern, value string) bool {
	expression, err := regexp.Compile(`^(?:` + pattern + `)$`)
	return err != nil || expression.MatchString(value)
}
