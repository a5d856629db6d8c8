package sandbox

import (
	"errors"
	"io"
	"net/http"
	"strconv"
)

// readResponse reads a function's response. If the invocation has a Stream, it
// copies the response to that as it arrives, and returns nil.
func (p *process) readResponse(r *http.Request) ([]byte, error) {
	begin := p.takeStream(r.PathValue("id"))
	if begin == nil {
		return readBody(r)
	}
	to, limit := begin(r.Header.Get("Content-Type")), p.runner.host.streamLimit
	if _, err := io.Copy(&tolerantWriter{to}, io.LimitReader(r.Body, int64(limit))); err != nil {
		return nil, err
	}
	if more, err := io.Copy(io.Discard, r.Body); more > 0 || err != nil {
		return nil, errors.Join(overLimit(limit), err)
	}
	return nil, nil
}

// takeStream returns the Stream of the current invocation, if it has one, has the
// given ID and has no response yet. It returns the Stream only once.
func (p *process) takeStream(id string) func(contentType string) io.Writer {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	i := p.current
	if i == nil || i.RequestID != id || i.delivered.IsZero() || p.phase != busy {
		return nil
	}
	begin := i.Stream
	i.Stream = nil
	return begin
}

// tolerantWriter discards everything after its writer's first error: Lambda does not
// stop a function when its client has gone either.
type tolerantWriter struct{ to io.Writer }

// Write never fails.
func (w *tolerantWriter) Write(piece []byte) (int, error) {
	if _, err := w.to.Write(piece); err != nil {
		w.to = io.Discard
	}
	return len(piece), nil
}

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
