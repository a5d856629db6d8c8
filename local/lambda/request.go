package lambda

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/sandbox"
)

// kinds are the invocation types; the first is the default.
var kinds = []string{"RequestResponse", "Event", "DryRun"}

// A request is an invocation that a client asks for.
type request struct {
	function *function.Function
	kind     string
	in       sandbox.Invocation
}

// readRequest reads a request, and writes the header fields that all answers have.
func (a *API) readRequest(w http.ResponseWriter, r *http.Request) (request, *apiError) {
	c := request{kind: r.Header.Get("X-Amz-Invocation-Type"), in: sandbox.Invocation{RequestID: sandbox.NewRequestID()}}
	w.Header().Set("X-Amzn-Requestid", c.in.RequestID)
	w.Header().Set("Content-Type", "application/json")
	var refused *apiError
	if c.function, c.in.Qualifier, refused = a.target(r.PathValue("name"), r.URL.Query().Get("Qualifier")); refused != nil {
		return c, refused
	}
	if c.kind == "" {
		c.kind = kinds[0]
	}
	if !slices.Contains(kinds, c.kind) {
		return c, invalidParameter("the invocation type is " + c.kind + " (allowed: " + strings.Join(kinds, ", ") + ")")
	}
	switch log := r.Header.Get("X-Amz-Log-Type"); log {
	case "Tail":
		c.in.Tail = true
	case "", "None":
	default:
		return c, invalidParameter("the log type is " + log + " (allowed: None, Tail)")
	}
	if c.in.ClientContext, refused = clientContext(r.Header.Get("X-Amz-Client-Context")); refused != nil {
		return c, refused
	}
	var err error
	if c.in.Lineage, err = c.function.Follow(r.Header.Get("X-Amzn-Trace-Id")); err != nil {
		return c, &apiError{status: http.StatusBadRequest, kind: "RecursiveInvocationException", message: err.Error()}
	}
	c.in.Payload, refused = readPayload(r, c.kind)
	return c, refused
}

// clientContext reads the description of the client.
func clientContext(header string) (string, *apiError) {
	const maxBytes = 3583
	text, err := base64.StdEncoding.DecodeString(header)
	var object map[string]any
	switch {
	case header == "":
		return "", nil
	case len(header) > maxBytes:
		return "", invalidContent("the client context is larger than 3,583 bytes")
	case err != nil || json.Unmarshal(text, &object) != nil:
		return "", invalidContent("the client context is not a Base64-encoded JSON object")
	}
	line, err := json.Marshal(object)
	if err != nil {
		return "", invalidContent(err.Error())
	}
	return string(line), nil
}

// maxAsyncBytes is the maximum size of the payload of an asynchronous invocation.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxAsyncBytes = 1 << 20

// readPayload reads the event of an invocation.
func readPayload(r *http.Request, kind string) ([]byte, *apiError) {
	maxBytes := sandbox.MaxPayloadBytes
	if kind == "Event" {
		maxBytes = maxAsyncBytes
	}
	event, err := io.ReadAll(io.LimitReader(r.Body, int64(maxBytes)+1))
	switch {
	case err != nil:
		return nil, invalidContent("The payload could not be read: " + err.Error())
	case len(event) > maxBytes:
		return nil, tooLarge(max(len(event), int(r.ContentLength)), kind, maxBytes)
	case len(event) == 0:
		return []byte("{}"), nil
	case !json.Valid(event):
		return nil, invalidContent("Could not parse request body into json: the payload is not valid JSON" + decodedHint(r))
	}
	return event, nil
}

// decodedHint explains that version 2 of the AWS CLI decodes payloads by default. It
// is empty for other clients.
// https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration-changes.html
func decodedHint(r *http.Request) string {
	if strings.HasPrefix(r.UserAgent(), "aws-cli/2") {
		return "; the AWS CLI decoded it from Base64: use --cli-binary-format raw-in-base64-out"
	}
	return ""
}
