package front

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// echo answers with all that a handler can know of a request.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	w.Header().Set("X-Path", r.URL.Path)
	switch r.URL.Path {
	case "/nothing":
		w.WriteHeader(http.StatusNoContent)
		return
	case "/lines":
		w.Header().Set("X-Lines", "one\r\ntwo")
	case "/refused":
		w.WriteHeader(http.StatusForbidden)
		w.WriteHeader(http.StatusOK)
	}
	fmt.Fprintf(w, "%s %q %s %d.%d host=%s length=%d close=%v %v body=%q %v", r.Method, r.RequestURI, r.Proto, r.ProtoMajor, r.ProtoMinor,
		r.Host, r.ContentLength, r.Close, r.Header, body, err)
}

// serve serves on loopback, by net/http alone, or with a Listener before it.
func serve(t testing.TB, h http.Handler, front bool) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr()
	if front {
		l = New(l, h)
	}
	server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan error)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-served; err != http.ErrServerClosed {
			t.Errorf("Serve has ended with %v", err)
		}
	})
	return address
}

// dial connects to a server.
func dial(t testing.TB, to net.Addr) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*net.TCPConn)
}

// answers sends a text, and no more, and returns what is answered, but for when.
func answers(t testing.TB, server net.Addr, text string) []string {
	t.Helper()
	c := dial(t, server)
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	c.CloseWrite()
	in := bufio.NewReader(c)
	var all []string
	for {
		r, err := http.ReadResponse(in, nil)
		if err != nil {
			return all
		}
		body, err := io.ReadAll(r.Body)
		r.Header.Del("Date")
		all = append(all, fmt.Sprint(r.Status, r.Proto, r.ContentLength, r.TransferEncoding, r.Close, r.Header, string(body), err))
	}
}

const (
	get  = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
	none = "POST /a HTTP/1.1\r\nHost: x\r\nX-Amz-Target: A\r\nContent-Length: 0\r\n\r\n"
	post = "POST /a/b HTTP/1.1\r\nHost: 127.0.0.1:9\r\nx-amz-target: AmazonSQS.SendMessage\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nbody"
)

// texts are what clients may send.
var texts = map[string]string{
	"nothing":             "",
	"a GET":               get + none,
	"a POST":              post,
	"several":             none + post + none + post,
	"no answer's body":    strings.Replace(none, "/a", "/nothing", 1) + none,
	"a refusal":           strings.Replace(none, "/a", "/refused", 1) + none,
	"lines in a field":    strings.Replace(none, "/a", "/lines", 1),
	"a query":             none + strings.Replace(none, "/a", "/a?b=c", 1) + none,
	"something escaped":   strings.Replace(none, "/a", "/a%20b", 1) + none,
	"no path":             strings.Replace(none, "/a", "*", 1),
	"two slashes":         strings.Replace(none, "/a", "//a//b", 1),
	"a whole URL":         strings.Replace(none, "/a", "http://y/a", 1),
	"another method":      post + strings.Replace(none, "POST", "PUT", 1) + none,
	"an older version":    strings.Replace(none, "1.1", "1.0", 1),
	"HTTP/2":              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"no HTTP":             "hello\n",
	"bare line feeds":     strings.ReplaceAll(none, "\r", ""),
	"closing":             strings.Replace(post, "keep-alive", "close", 1) + none,
	"no host":             strings.Replace(none, "Host: x\r\n", "", 1),
	"an empty host":       strings.Replace(none, "Host: x", "Host:", 1),
	"two hosts":           strings.Replace(none, "Host: x", "Host: x\r\nHost: y", 1),
	"a strange host":      strings.Replace(none, "Host: x", "Host: x y", 1),
	"a field twice":       strings.Replace(none, "Host: x", "Host: x\r\nA: 1\r\na: 2", 1),
	"a field of no colon": strings.Replace(none, "Host: x", "Host: x\r\nA", 1),
	"a field of no name":  strings.Replace(none, "Host: x", "Host: x\r\n: 1", 1),
	"a field of no value": strings.Replace(none, "Host: x", "Host: x\r\nA:", 1),
	"a field in UTF-8":    strings.Replace(none, "Host: x", "Host: x\r\nA: ä", 1),
	"a field with spaces": strings.Replace(none, "Host: x", "Host: x\r\nA:  b c  ", 1),
	"a folded field":      strings.Replace(none, "Host: x", "Host: x\r\nA: b\r\n c", 1),
	"no length":           strings.Replace(none, "Content-Length: 0\r\n", "", 1) + none,
	"a bad length":        strings.Replace(post, "4", "four", 1),
	"a signed length":     strings.Replace(post, "Length: 4", "Length: +4", 1),
	"a long body":         strings.Replace(post, "Length: 4", "Length: 100000", 1) + strings.Repeat("x", 100000-4) + none,
	"a long head":         post + strings.Replace(none, "Host: x", "Host: x\r\nA: "+strings.Repeat("b", 3*maxHead), 1) + post,
	"chunks":              "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: A\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + none,
	"an expectation":      strings.Replace(post, "Connection: keep-alive", "Expect: 100-continue", 1),
	"no body":             none,
	"no target":           strings.Replace(none, "X-Amz-Target: A\r\n", "", 1) + post,
	"a GET with a body":   strings.Replace(post, "POST", "GET", 1) + none,
	"half a line":         "POST /a HT",
	"half a head":         none + "POST /a HTTP/1.1\r\nHost",
	"Pragma":              strings.Replace(none, "Host: x", "Host: x\r\nPragma: no-cache", 1),
	"an upgrade":          strings.Replace(none, "Host: x", "Host: x\r\nConnection: upgrade\r\nUpgrade: websocket", 1),
}

func TestAnswersAreNetHTTPs(t *testing.T) {
	ours, theirs := serve(t, http.HandlerFunc(echo), true), serve(t, http.HandlerFunc(echo), false)
	for name, text := range texts {
		if got, want := answers(t, ours, text), answers(t, theirs, text); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, want)
		}
	}
}

func FuzzAnswersAreNetHTTPs(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	ours, theirs := serve(f, http.HandlerFunc(echo), true), serve(f, http.HandlerFunc(echo), false)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 || excused(text) {
			t.Skip() // a longer one may be refused before it is read, which resets the connection
		}
		if got, want := answers(t, ours, text), answers(t, theirs, text); !reflect.DeepEqual(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

// excused tells whether a text ends in what may be answered in another way: the
// last of plain requests has not all of its body, or what follows one is shorter
// than net/http looks at, or begins with the empty line that it forgives.
func excused(text string) bool {
	for {
		r, length, v := parse(text)
		if v != plain {
			return len(text) < 4 || text[0] == '\r' || text[0] == '\n'
		}
		if text = text[length:]; len(text) < int(r.ContentLength) {
			return true
		}
		text = text[r.ContentLength:]
	}
}

func TestPlainIsServedHere(t *testing.T) {
	for name, want := range map[string]verdict{
		"a POST": plain, "no body": plain, "several": plain, "a query": plain /* the first of them is */, "nothing": more, "half a line": more,
		"a GET": other, "no target": other, "chunks": other, "a long body": other,
	} {
		if _, _, v := parse(texts[name]); v != want {
			t.Errorf("%s: %d, want %d", name, v, want)
		}
	}
}
