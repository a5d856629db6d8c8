package sandbox

import (
	"errors"
	"io"
	"net/http"
)

// readResponse reads a function's answer, or hands it on piece by piece to the
// one who asked for that, and returns nothing then.
func (p *process) readResponse(r *http.Request) ([]byte, error) {
	begin := p.streamed(r.PathValue("id"))
	if begin == nil {
		return readBody(r)
	}
	to, most := begin(r.Header.Get("Content-Type")), p.runner.host.streamLimit
	if _, err := io.Copy(&patient{to}, io.LimitReader(r.Body, int64(most))); err != nil {
		return nil, err
	}
	if more, err := io.Copy(io.Discard, r.Body); more > 0 || err != nil {
		return nil, errors.Join(overLimit(most), err)
	}
	return nil, nil
}

// streamed returns what takes the answer to an invocation, if the function is
// about to give it and it is to be streamed; only once.
func (p *process) streamed(id string) func(contentType string) io.Writer {
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

// patient goes on after its reader has gone: nor does Lambda stop a function
// then.
type patient struct{ to io.Writer }

func (w *patient) Write(piece []byte) (int, error) {
	if _, err := w.to.Write(piece); err != nil {
		w.to = io.Discard
	}
	return len(piece), nil
}
