package local

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/serverless-star/starjob/local/sandbox"
)

// maxAsyncBytes bounds the payload of an invocation that nobody waits for.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxAsyncBytes = 1 << 20

func readPayload(r *http.Request, kind string) ([]byte, *apiError) {
	most := sandbox.MaxPayloadBytes
	if kind == "Event" {
		most = maxAsyncBytes
	}
	event, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	switch {
	case err != nil:
		return nil, invalidContent("The payload could not be read: " + err.Error())
	case len(event) > most:
		return nil, tooLarge(max(len(event), int(r.ContentLength)), kind, most)
	case len(event) == 0:
		return []byte("{}"), nil
	case !json.Valid(event):
		return nil, invalidContent("Could not parse request body into json: the payload is not valid JSON" + decoded(r))
	}
	return event, nil
}

// decoded tells of what version 2 of the AWS CLI does to a payload unless it is
// told not to.
// https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration-changes.html
func decoded(r *http.Request) string {
	if strings.HasPrefix(r.UserAgent(), "aws-cli/2") {
		return "; the AWS CLI has decoded it from Base64: --cli-binary-format raw-in-base64-out keeps it from that"
	}
	return ""
}
