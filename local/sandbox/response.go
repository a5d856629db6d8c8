package sandbox

import (
	"errors"
	"io"
	"net/http"
	"strconv"
)

// overLimit is the error of a body that is larger than that many bytes.
type overLimit int

// Error is worded as Lambda words it.
func (limit overLimit) Error() string {
	return "Exceeded maximum allowed payload size (" + strconv.Itoa(int(limit)) + " bytes)."
}

// readBody reads a body. A body that is too large is read to its end as well, so
// that the client gets to read the reply.
func readBody(r *http.Request) ([]byte, error) {
	size := max(512, min(r.ContentLength+1, maxResponseBytes+1))
	body := make([]byte, 0, size)
	for {
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
		n, err := r.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if len(body) > maxResponseBytes {
			_, err := io.Copy(io.Discard, r.Body)
			return nil, errors.Join(overLimit(maxResponseBytes), err)
		}
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
