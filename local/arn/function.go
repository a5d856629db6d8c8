package arn

import (
	"cmp"
	"regexp"
)

const (
	// Latest is the qualifier of a function's unpublished code, which is the only
	// code that runs locally.
	Latest = "$LATEST"
	// FirstVersion is the version that a new stack's AWS::Lambda::Version has.
	FirstVersion = "1"
)

// Function is a function's name, ARN or partial ARN, taken apart. Name is never
// empty; Region, Account and Qualifier (a version or an alias) may be.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
type Function struct{ Region, Account, Name, Qualifier string }

var functionPattern = regexp.MustCompile(`^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9_.-]+)(?::(\$LATEST|[a-zA-Z0-9_-]+))?$`)

// ParseFunction reads a function's name, ARN or partial ARN, each of which may
// end in a qualifier. It reports whether the reference is one of these.
func ParseFunction(reference string) (Function, bool) {
	m := functionPattern.FindStringSubmatch(reference)
	if m == nil {
		return Function{}, false
	}
	return Function{m[1], m[2], m[3], m[4]}, true
}

// FunctionName returns the name in a reference to a function; empty if it is no
// reference.
func FunctionName(reference string) string {
	f, _ := ParseFunction(reference)
	return f.Name
}

// ARN returns the function's ARN in a region, with its qualifier if it has one.
// A function without an account belongs to [Account].
func (f Function) ARN(region string) string {
	arn := "arn:" + Partition + ":lambda:" + region + ":" + cmp.Or(f.Account, Account) + ":function:" + f.Name
	if f.Qualifier != "" {
		arn += ":" + f.Qualifier
	}
	return arn
}
