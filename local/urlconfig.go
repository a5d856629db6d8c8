package local

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// urlPlan is how a function's URL is configured.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-url.html
type urlPlan struct {
	qualifier string
	signed    bool // AuthType: AWS_IAM
	cors      *cors
}

// urlSource is where a template configures a function's URL.
type urlSource struct {
	function  string // its name
	qualifier string
	path      cfn.Path
	node      *cfn.Node // AuthType, Cors and InvokeMode
}

// readURL reads an AWS::Lambda::Url.
func (s *scope) readURL(p cfn.Path, r *cfn.Node) urlSource {
	p, properties := p.Key("Properties"), r.Get("Properties")
	target, _ := parseReference(s.optional(p.Key("TargetFunctionArn"), properties.Get("TargetFunctionArn")))
	return urlSource{target.name, s.optional(p.Key("Qualifier"), properties.Get("Qualifier")), p, properties}
}

// readOwnURL reads a serverless function's FunctionUrlConfig, which leads to the
// alias that SAM publishes, if it does.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html
func (s *scope) readOwnURL(p cfn.Path, r, properties *cfn.Node) []urlSource {
	n := properties.Get("FunctionUrlConfig")
	if n == nil {
		return nil
	}
	alias := s.optional(p.Key("Properties", "AutoPublishAlias"), properties.Get("AutoPublishAlias"))
	return []urlSource{{s.name(p, r), alias, p.Key("Properties", "FunctionUrlConfig"), n}}
}

// configureURLs reads the configuration of the functions' URLs, which must have
// a meaning here for those that run.
func (s *scope) configureURLs(pl *plan, functions []*functionPlan) {
	for _, u := range pl.urls {
		i := slices.IndexFunc(functions, func(f *functionPlan) bool { return f.name == u.function })
		if i >= 0 {
			functions[i].url = s.configureURL(u)
		}
	}
}

func (s *scope) configureURL(u urlSource) *urlPlan {
	node := u.node
	if _, _, call := node.Intrinsic(); call {
		node = s.resolve(u.path, node)
	}
	signed := s.oneOf(u.path, node, "AuthType", "", "NONE", "AWS_IAM") == "AWS_IAM"
	if s.oneOf(u.path, node, "InvokeMode", "BUFFERED", "BUFFERED", "RESPONSE_STREAM") == "RESPONSE_STREAM" {
		s.notes = append(s.notes, "the URL of "+u.function+" answers in one piece here: InvokeMode RESPONSE_STREAM is not supported by star run")
	}
	return &urlPlan{
		qualifier: u.qualifier,
		signed:    signed,
		cors:      s.readCORS(u.path.Key("Cors"), node.Get("Cors")),
	}
}

// oneOf resolves a property with two possible values.
func (s *scope) oneOf(p cfn.Path, parent *cfn.Node, key, otherwise, one, other string) string {
	n := parent.Get(key)
	text, ok := s.text(p.Key(key), n)
	switch {
	case n == nil && otherwise != "":
		return otherwise
	case n == nil:
		s.report(diag.LocalValue, p, parent, "the function's URL has no "+key, "give it "+key+": "+one+" or "+other)
	case ok && text != one && text != other:
		s.report(diag.LocalValue, p.Key(key), n, key+" "+text+" is neither "+one+" nor "+other, "")
	}
	return text
}
