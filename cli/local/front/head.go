package front

import (
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
)

// A verdict is about what a connection begins with.
type verdict int

const (
	more  verdict = iota // it may become a plain request
	plain                // it is one
	other                // it is not
)

// parse reads a plain request's head, and says how long it is. Plain is what
// AWS SDKs write in AWS's JSON protocol; whatever they do not, or what could be
// read in two ways, is another's to read: net/http's.
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
// https://www.rfc-editor.org/rfc/rfc9112#section-2
func parse(text string) (r *http.Request, length int, v verdict) {
	line, rest, v := cutLine(text)
	if v != plain {
		return nil, 0, v
	}
	r, ok := parseRequestLine(line)
	if !ok {
		return nil, 0, other
	}
	for {
		if line, rest, v = cutLine(rest); v != plain {
			return nil, 0, v
		}
		if line == "" {
			break
		}
		if !addField(r, line) {
			return nil, 0, other
		}
	}
	if !complete(r) {
		return nil, 0, other
	}
	return r, len(text) - len(rest), plain
}

// cutLine cuts off a line that ends as it should.
func cutLine(text string) (line, rest string, v verdict) {
	line, rest, found := strings.Cut(text, "\n")
	if !found {
		return "", "", more
	}
	line, found = strings.CutSuffix(line, "\r")
	if !found {
		return "", "", other
	}
	return line, rest, plain
}

// parseRequestLine knows paths without a query or anything escaped.
func parseRequestLine(line string) (*http.Request, bool) {
	method, line, _ := strings.Cut(line, " ")
	path, version, _ := strings.Cut(line, " ")
	ok := method == http.MethodPost && version == "HTTP/1.1" && strings.HasPrefix(path, "/") && consists(path, "/-._:")
	return &http.Request{
		Method: method, RequestURI: path, URL: &url.URL{Path: path},
		Proto: version, ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header, 16),
	}, ok
}

// addField adds a header's line to a request. None may be there twice.
func addField(r *http.Request, line string) bool {
	name, value, found := strings.Cut(line, ":")
	if !found || name == "" || !consists(name, "-") || !isText(value) {
		return false
	}
	name, value = textproto.CanonicalMIMEHeaderKey(name), strings.Trim(value, " ")
	if r.Header[name] != nil {
		return false
	}
	r.Header[name] = []string{value}
	switch name {
	case "Connection":
		return strings.EqualFold(value, "keep-alive")
	case "Content-Length":
		length, err := strconv.ParseUint(value, 10, 16)
		r.ContentLength = int64(length)
		return err == nil
	case "Expect", "Pragma", "Trailer", "Transfer-Encoding", "Upgrade":
		return false
	}
	return true
}

// complete tells whether a request has the fields that it must have, and
// settles where net/http keeps them.
func complete(r *http.Request) bool {
	host := r.Header.Get("Host")
	delete(r.Header, "Host")
	r.Host = host
	return host != "" && consists(host, "-.:[]") && r.Header["Content-Length"] != nil && r.Header["X-Amz-Target"] != nil
}

// consists tells whether a text has only letters and digits of ASCII, and others
// that are named.
func consists(text, others string) bool {
	for i := range len(text) {
		c := text[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte(others, c) >= 0) {
			return false
		}
	}
	return true
}

// isText tells whether a text has only ASCII that can be printed.
func isText(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
