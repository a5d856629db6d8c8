package local

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// urlEvent is a request as functions see it: payload format version 2.0.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
func urlEvent(r *http.Request, name, requestID string, body []byte, now time.Time) events.APIGatewayV2HTTPRequest {
	const placeholder = "$default"
	path := strings.TrimPrefix(r.URL.EscapedPath(), urlPrefix+name)
	source, _, _ := net.SplitHostPort(r.RemoteAddr)
	event := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: placeholder, RawPath: path, RawQueryString: r.URL.RawQuery, Headers: map[string]string{},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: placeholder, Stage: placeholder, AccountID: "anonymous", RequestID: requestID,
			APIID: name, DomainName: r.Host, DomainPrefix: name,
			Time: now.UTC().Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: path, Protocol: r.Proto, SourceIP: source, UserAgent: r.UserAgent(),
			},
		},
		Body: string(body),
	}
	for key, values := range r.Header {
		separator := ","
		if key == "Cookie" {
			separator = "; "
			event.Cookies = strings.Split(strings.Join(values, separator), separator)
		}
		event.Headers[strings.ToLower(key)] = strings.Join(values, separator)
	}
	event.Headers["host"] = r.Host
	event.Headers["x-forwarded-for"], event.Headers["x-forwarded-proto"] = source, "http"
	_, event.Headers["x-forwarded-port"], _ = net.SplitHostPort(r.Host)
	for key, values := range r.URL.Query() {
		if event.QueryStringParameters == nil {
			event.QueryStringParameters = map[string]string{}
		}
		event.QueryStringParameters[key] = strings.Join(values, ",")
	}
	if len(body) > 0 && !textual(r.Header.Get("Content-Type")) {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return event
}

// sign adds who has signed the request: of all identities, the account itself
// stands in for one that is not known here.
func sign(event *events.APIGatewayV2HTTPRequest, accessKey string) {
	delete(event.Headers, "authorization")
	event.RequestContext.AccountID = account
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		IAM: &events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription{
			AccessKey: accessKey, AccountID: account, CallerID: account, UserID: account, UserARN: "arn:" + partition + ":iam::" + account + ":root",
		},
	}
}

// textual tells whether a body of a content type is handed on as it is. Any
// other is binary, also where the type is not known.
func textual(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	main, sub, _ := strings.Cut(kind, "/")
	return main == "text" || main == "application" &&
		(sub == "json" || sub == "xml" || sub == "javascript" || strings.HasSuffix(sub, "+json") || strings.HasSuffix(sub, "+xml"))
}
