package local

import (
	"regexp"
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
)

// latest is the qualifier of a function's code as it is: all that there is here,
// whatever an alias says.
const latest = "$LATEST"

// firstVersion is what a new stack's AWS::Lambda::Version is.
const firstVersion = "1"

// reference is a function's name, ARN or partial ARN, each of which may end in a
// qualifier: a version or an alias.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
type reference struct{ region, account, name, qualifier string }

var referencePattern = regexp.MustCompile(`^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9_.-]+)(?::(\$LATEST|[a-zA-Z0-9_-]+))?$`)

func parseReference(text string) (reference, bool) {
	m := referencePattern.FindStringSubmatch(text)
	if m == nil {
		return reference{}, false
	}
	return reference{m[1], m[2], m[3], m[4]}, true
}

// functionOf is the name in a reference to a function.
func functionOf(text string) string {
	r, _ := parseReference(text)
	return r.name
}

// target finds the function that a request names in its path, and as its
// Qualifier.
func (s *Stack) target(text, qualifier string) (*function, string, *apiError) {
	r, ok := parseReference(text)
	switch {
	case !ok:
		return nil, "", invalidParameter("the function's name " + text + " is no name, ARN or partial ARN")
	case r.qualifier != "" && qualifier != "" && r.qualifier != qualifier:
		return nil, "", invalidParameter("The derived qualifier from the function name does not match the specified qualifier.")
	case r.region != "" && r.region != s.region:
		return nil, "", notFound("Functions from '" + r.region + "' are not reachable in this region ('" + s.region + "')")
	}
	if r.qualifier == "" {
		r.qualifier = qualifier
	}
	arn := lambdaARN(s.region, r)
	f := s.functionNamed(r.name)
	switch {
	case r.account != "" && r.account != account, f == nil && s.plan.function(r.name) == nil:
		return nil, "", notFound("Function not found: " + arn)
	case f == nil:
		return nil, "", notFound("Function not found: " + arn + ": only functions of jobs and of queues' mappings run here")
	case r.qualifier != "" && r.qualifier != latest && !slices.Contains(f.qualifiers, r.qualifier):
		return nil, "", notFound("Function not found: " + arn)
	}
	return f, r.qualifier, nil
}

func lambdaARN(region string, r reference) string {
	owner := account
	if r.account != "" {
		owner = r.account
	}
	arn := "arn:" + partition + ":lambda:" + region + ":" + owner + ":function:" + r.name
	if r.qualifier != "" {
		arn += ":" + r.qualifier
	}
	return arn
}

// readPublished reads the qualifiers that SAM gives a function that it
// publishes.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func (s *scope) readPublished(p cfn.Path, properties *cfn.Node) []string {
	alias := s.optional(p.Key("AutoPublishAlias"), properties.Get("AutoPublishAlias"))
	if alias == "" {
		return nil
	}
	return []string{alias, firstVersion}
}

// readQualified reads an AWS::Lambda::Alias or AWS::Lambda::Version, whose Ref
// is its ARN.
func (s *scope) readQualified(p cfn.Path, kind string, r *cfn.Node) reference {
	p, properties := p.Key("Properties"), r.Get("Properties")
	target := s.optional(p.Key("FunctionName"), properties.Get("FunctionName"))
	q := reference{region: s.region, name: functionOf(target), qualifier: firstVersion}
	if kind == aliasType {
		q.qualifier = s.optional(p.Key("Name"), properties.Get("Name"))
	}
	return q
}
