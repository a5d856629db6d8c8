package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// A URL is the configuration of a function's URL.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-url.html
type URL struct {
	Qualifier string
	IAM       bool  // AuthType: AWS_IAM
	CORS      *CORS // nil if browsers may use the URL only from its own origin
}

// CORS is what a function's URL lets web pages of other origins do.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
type CORS struct {
	Origins                  []string
	Methods, Headers, Expose string // the values of the header fields
	Credentials              bool
	MaxAge                   string // seconds; empty if the template has none
}

// urlSource is where a template configures a function's URL.
type urlSource struct {
	function  string // its name
	qualifier string
	path      cfn.Path
	node      *cfn.Node // AuthType, Cors and InvokeMode
}

// readURL reads an AWS::Lambda::Url.
func readURL(t *resolve.Template, p cfn.Path, r *cfn.Node) urlSource {
	p, properties := p.Key("Properties"), r.Get("Properties")
	target := arn.FunctionName(t.Optional(p.Key("TargetFunctionArn"), properties.Get("TargetFunctionArn")))
	return urlSource{target, t.Optional(p.Key("Qualifier"), properties.Get("Qualifier")), p, properties}
}

// readOwnURL reads a serverless function's FunctionUrlConfig, whose URL is that of
// the alias that SAM publishes, if there is one.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html
func readOwnURL(t *resolve.Template, p cfn.Path, r, properties *cfn.Node) []urlSource {
	n := properties.Get("FunctionUrlConfig")
	if n == nil {
		return nil
	}
	alias := t.Optional(p.Key("Properties", "AutoPublishAlias"), properties.Get("AutoPublishAlias"))
	return []urlSource{{t.Name(p, r), alias, p.Key("Properties", "FunctionUrlConfig"), n}}
}

// configureURLs reads the configuration of the URLs of the functions that run.
func configureURLs(t *resolve.Template, pl *Plan) {
	running := pl.Running()
	for _, u := range pl.urls {
		i := slices.IndexFunc(running, func(f *Function) bool { return f.Name == u.function })
		if i < 0 {
			continue
		}
		var streams bool
		if running[i].URL, streams = configureURL(t, u); streams {
			pl.Notes = append(pl.Notes, "the function URL of "+u.function+" buffers responses: star run does not support InvokeMode RESPONSE_STREAM")
		}
	}
}

// configureURL reads a URL's configuration, and reports whether its answers are
// streamed in AWS.
func configureURL(t *resolve.Template, u urlSource) (url *URL, streams bool) {
	node := u.node
	if _, _, call := node.Intrinsic(); call {
		node = t.Value(u.path, node)
	}
	iam := oneOf(t, u.path, node, "AuthType", "", "NONE", "AWS_IAM") == "AWS_IAM"
	streams = oneOf(t, u.path, node, "InvokeMode", "BUFFERED", "BUFFERED", "RESPONSE_STREAM") == "RESPONSE_STREAM"
	cors := readCORS(t, u.path.Key("Cors"), node.Get("Cors"))
	return &URL{u.qualifier, iam, cors}, streams
}

// oneOf resolves a property with two possible values.
func oneOf(t *resolve.Template, p cfn.Path, parent *cfn.Node, key, otherwise, one, other string) string {
	n := parent.Get(key)
	text, ok := t.Scalar(p.Key(key), n)
	switch {
	case n == nil && otherwise != "":
		return otherwise
	case n == nil:
		t.Report(diag.LocalValue, p, parent, "the function's URL has no "+key, "set "+key+" to "+one+" or "+other)
	case ok && text != one && text != other:
		t.Report(diag.LocalValue, p.Key(key), n, key+" is "+text+" (allowed: "+one+", "+other+")", "")
	}
	return text
}

// corsMethods are the values that AllowMethods may have: Lambda answers OPTIONS
// itself.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-url-cors.html
var corsMethods = []string{"GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"}

// readCORS reads a URL's Cors; nil if there is none.
func readCORS(t *resolve.Template, p cfn.Path, n *cfn.Node) *CORS {
	n = t.Value(p, n)
	if n == nil {
		return nil
	}
	list := func(key string) []string {
		var texts []string
		for i, item := range t.Items(p.Key(key), n.Get(key)) {
			if text, ok := t.Scalar(p.Key(key).Index(i), item); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	c := &CORS{
		Origins: list("AllowOrigins"), Headers: strings.Join(list("AllowHeaders"), ","), Expose: strings.Join(list("ExposeHeaders"), ","),
		Credentials: t.Bool(p.Key("AllowCredentials"), n.Get("AllowCredentials"), false),
	}
	methods := list("AllowMethods")
	for _, method := range methods {
		if !slices.Contains(corsMethods, method) {
			t.Report(diag.LocalValue, p.Key("AllowMethods"), n.Get("AllowMethods"), "AllowMethods contains "+method+" (allowed: "+strings.Join(corsMethods, ", ")+")", "")
		}
	}
	c.Methods = strings.Join(methods, ",")
	if age := n.Get("MaxAge"); age != nil {
		seconds, ok := t.Int(p.Key("MaxAge"), age)
		if ok && (seconds < 0 || seconds > 86_400) {
			t.Report(diag.LocalValue, p.Key("MaxAge"), age, fmt.Sprintf("MaxAge is %d (allowed: 0 to 86,400 seconds)", seconds), "")
		}
		c.MaxAge = strconv.Itoa(seconds)
	}
	return c
}
