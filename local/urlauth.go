package local

import (
	"net/http"
	"strings"
)

// signer is the access key that a request is signed with, by Signature Version
// 4 for Lambda, in its header or its query; false for one that is not signed.
//
// A URL with AuthType AWS_IAM refuses what is not signed, as in AWS, so a client
// that forgets to sign is found here. The signature itself is not looked at:
// nobody here has the keys of the identities that AWS knows, nor their policies.
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
