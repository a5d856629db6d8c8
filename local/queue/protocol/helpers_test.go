package protocol

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/serverless-star/starjob/local/queue"
)

// serve serves new queues on loopback.
func serve(tb testing.TB) (*queue.Service, string) {
	tb.Helper()
	server := httptest.NewUnstartedServer(nil)
	endpoint := "http://" + server.Listener.Addr().String()
	s := queue.New(queue.Config{BaseURL: endpoint, Region: "us-east-1", AccountID: "000000000000"})
	server.Config.Handler = Handler(s)
	server.Start()
	tb.Cleanup(func() {
		s.Close()
		server.Close()
	})
	return s, endpoint
}

type attrs = map[string]string

func create(tb testing.TB, s *queue.Service, name string, a attrs) *queue.Queue {
	tb.Helper()
	q, err := s.Create(name, a, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// receive receives the available messages, for the queue's visibility timeout.
func receive(tb testing.TB, q *queue.Queue, maxMessages int) []queue.Message {
	tb.Helper()
	messages, err := q.Receive(context.Background(), maxMessages, 0, -1)
	if err != nil {
		tb.Fatal(err)
	}
	return messages
}

func wantStats(tb testing.TB, s *queue.Service, q *queue.Queue, visible, inFlight, delayed int) {
	tb.Helper()
	got := s.Snapshot()[q.Name()]
	if got.Visible != visible || got.InFlight != inFlight || got.Delayed != delayed {
		tb.Errorf("%s counts %d visible, %d in flight and %d delayed; want %d, %d and %d", q.Name(), got.Visible, got.InFlight, got.Delayed, visible, inFlight, delayed)
	}
}

// reply is a raw answer.
type reply struct {
	*http.Response
	body []byte
}

func do(t *testing.T, r *http.Request, contentType string) reply {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(response.TransferEncoding) != 0 || response.Header.Get("Content-Length") != strconv.Itoa(len(b)) {
		t.Errorf("Content-Length is %q and the transfer encoding %q, for %d bytes", response.Header.Get("Content-Length"), response.TransferEncoding, len(b))
	}
	if response.Header.Get("X-Amzn-Requestid") == "" || response.Header.Get("Content-Type") != contentType {
		t.Errorf("the headers are %v", response.Header)
	}
	return reply{response, b}
}

type endlessBody struct{}

func (*endlessBody) Read(b []byte) (int, error) {
	return copy(b, bytes.Repeat([]byte("x"), len(b))), nil
}
