package protocol

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// What both protocols have in common.

// trace is the header that names the trace which a request is part of. Lambda
// sends it with all requests of a function.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
//
// It is a copy: messages keep it, and would keep all of the request's headers.
func trace(r *http.Request) string { return strings.Clone(r.Header.Get("X-Amzn-Trace-Id")) }

// maxRequestBytes bounds the size of a request: a batch of the maximum size with
// every character escaped as \u0000, and the JSON around it.
const maxRequestBytes = 8 << 20

// readBody reads the request's body, but no more than the largest batch can need.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	tooLarge := sqserr.New(sqserr.RequestEntityTooLarge, "The request is longer than %d bytes.", maxRequestBytes)
	if r.ContentLength > maxRequestBytes {
		return nil, tooLarge
	}
	body := bytes.NewBuffer(make([]byte, 0, max(0, r.ContentLength)+bytes.MinRead))
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxRequestBytes))
	var exceeded *http.MaxBytesError
	if errors.As(err, &exceeded) {
		return nil, tooLarge
	}
	if err != nil {
		return nil, sqserr.New(sqserr.Serialization, "The request could not be read: %v", err)
	}
	return body.Bytes(), nil
}

// write always sets the length of the response: the AWS SDK for Go treats about one
// in a hundred chunked responses on a connection as a failure, and sends again.
func write(w http.ResponseWriter, status int, contentType, requestID string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	w.Write(body) // fails if the client has gone
}
