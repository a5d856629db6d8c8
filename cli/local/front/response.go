package front

import (
	"bytes"
	"net/http"
	"strconv"
	"time"
)

// A response is kept until the handler has returned.
type response struct {
	header http.Header
	status int // 0 until it is decided
	body   []byte
}

func (r *response) Header() http.Header { return r.header }

func (r *response) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *response) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if !r.hasBody() {
		return 0, http.ErrBodyNotAllowed
	}
	r.body = append(r.body, b...)
	return len(b), nil
}

func (r *response) hasBody() bool {
	return r.status != http.StatusNoContent && r.status != http.StatusNotModified
}

// write writes the response as net/http does.
func (r *response) write(out *bytes.Buffer) {
	r.WriteHeader(http.StatusOK)
	h := r.header
	if r.hasBody() {
		h.Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	if len(r.body) > 0 && h["Content-Type"] == nil {
		h.Set("Content-Type", http.DetectContentType(r.body))
	}
	if h["Date"] == nil {
		h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	out.WriteString("HTTP/1.1 " + strconv.Itoa(r.status) + " " + http.StatusText(r.status) + "\r\n")
	h.Write(out)
	out.WriteString("\r\n")
	out.Write(r.body)
}
