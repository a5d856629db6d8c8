//go:build unix

package local

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// begin sends a request to a stack; its response may still be incomplete.
func begin(t *testing.T, s *Stack, method, path, body string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequest(method, s.Endpoint()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// call sends a request to a stack and returns the answer's status and body.
func call(t *testing.T, s *Stack, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	answer := begin(t, s, method, path, body, header...)
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

func TestWebPagesCannotInvoke(t *testing.T) {
	t.Parallel()
	s := startStack(t, options(t, "echo"), false)
	for _, h := range [][]string{{"Origin", "https://example.com"}, {"Origin", "null"}} {
		if r, _ := call(t, s, "POST", "/2015-03-31/functions/Function/invocations", "1", h...); r.StatusCode != http.StatusForbidden {
			t.Errorf("%q: %s", h, r.Status)
		}
	}
	r, err := http.NewRequest("POST", s.Endpoint()+"/2015-03-31/functions/Function/invocations", strings.NewReader("1"))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "example.com:80" // a name that resolves to this machine
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden {
		t.Error(answer.Status)
	}
}
