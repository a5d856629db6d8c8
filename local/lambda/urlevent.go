package lambda

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/serverless-star/starjob/local/arn"
)

// urlEvent returns a request as functions see it: payload format version 2.0.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
func urlEvent(r *http.Request, name, requestID string, body []byte, now time.Time) events.APIGatewayV2HTTPRequest {
	const placeholder = "$default"
	path := strings.TrimPrefix(r.URL.EscapedPath(), URLPrefix+name)
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

// sign adds the identity that signed the request: the account itself, because no
// other identity is known locally.
func sign(event *events.APIGatewayV2HTTPRequest, accessKey string) {
	delete(event.Headers, "authorization")
	event.RequestContext.AccountID = arn.Account
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		IAM: &events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription{
			AccessKey: accessKey, AccountID: arn.Account, CallerID: arn.Account, UserID: arn.Account, UserARN: "arn:" + arn.Partition + ":iam::" + arn.Account + ":root",
		},
	}
}

// textual reports whether a body of a content type is passed on as it is. Any
// other is binary, and so is a body whose type is unknown.
func textual(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	main, sub, _ := strings.Cut(kind, "/")
	return main == "text" || main == "application" &&
		(sub == "json" || sub == "xml" || sub == "javascript" || strings.HasSuffix(sub, "+json") || strings.HasSuffix(sub, "+xml"))
}

// signer returns the access key that a request is signed with by Signature Version
// 4 for Lambda, in its header or its query; false if it is not signed.
//
// A URL with AuthType AWS_IAM refuses requests that are not signed, as in AWS, so a
// client that does not sign fails locally too. The signature is not verified,
// because the keys and policies of AWS identities are not known locally.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
func signer(r *http.Request) (accessKey string, ok bool) {
	const algorithm = "AWS4-HMAC-SHA256"
	credential, signature := "", ""
	if parts, ok := strings.CutPrefix(r.Header.Get("Authorization"), algorithm+" "); ok {
		for part := range strings.SplitSeq(parts, ",") {
			switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
			case "Credential":
				credential = value
			case "Signature":
				signature = value
			}
		}
	} else if query := r.URL.Query(); query.Get("X-Amz-Algorithm") == algorithm {
		credential, signature = query.Get("X-Amz-Credential"), query.Get("X-Amz-Signature")
	}
	scope := strings.Split(credential, "/") // key, date, region, service, aws4_request
	if len(scope) != 5 || scope[3] != "lambda" || scope[4] != "aws4_request" || signature == "" {
		return "", false
	}
	return scope[0], true
}
