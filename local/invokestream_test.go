//go:build unix

package local

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
)

func init() {
	programs["stream"] = func() {
		lambda.Start(func(e json.RawMessage) (io.Reader, error) {
			switch {
			case string(e) == `"fail"`:
				return nil, errors.New("no such bucket")
			case string(e) == `"break"`:
				return io.MultiReader(strings.NewReader("begun"), dry{}), nil
			case strings.Contains(string(e), `"rawPath":"/page"`):
				return &events.LambdaFunctionURLStreamingResponse{
					StatusCode: 201, Headers: map[string]string{"Content-Type": "text/html"}, Cookies: []string{"a=1", "b=2"}, Body: slowly(),
				}, nil
			case strings.Contains(string(e), `"rawPath":"/break"`):
				return io.MultiReader(strings.NewReader("begun"), dry{}), nil
			}
			return slowly(), nil
		})
	}
}

// slowly writes a first piece, and the second once the gate opens.
func slowly() io.Reader {
	return io.MultiReader(strings.NewReader("first "), &gated{}, strings.NewReader("second"))
}

type gated struct{}

func (gated) Read([]byte) (int, error) {
	c, err := net.Dial("tcp", os.Getenv("GATE"))
	if err != nil {
		return 0, err
	}
	return c.Read(make([]byte, 1))
}

type dry struct{}

func (dry) Read([]byte) (int, error) { return 0, errors.New("the source is dry") }

// nextEvent reads an event of an event stream: its type and its payload.
func nextEvent(t *testing.T, from io.Reader) (kind, payload string) {
	t.Helper()
	m, err := eventstream.NewDecoder().Decode(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.Headers.Get(":message-type").String() != "event" {
		t.Errorf("%v", m.Headers)
	}
	return m.Headers.Get(":event-type").String(), string(m.Payload)
}

const streamPath = "/2021-11-15/functions/Function/response-streaming-invocations"

func TestInvokeWithResponseStream(t *testing.T) {
	t.Parallel()
	g, o := newGate(t, "stream")
	s := stand(t, o, false)
	r := begin(t, s, "POST", streamPath, `{}`, "X-Amz-Log-Type", "Tail")
	if h := r.Header; r.StatusCode != 200 || h.Get("Content-Type") != "application/vnd.amazon.eventstream" || h.Get("X-Amz-Executed-Version") != "$LATEST" {
		t.Fatalf("%s %q", r.Status, h)
	}
	if kind, payload := nextEvent(t, r.Body); kind != "PayloadChunk" || payload != "first " {
		t.Errorf("%s %q", kind, payload)
	}
	g.visitor().Close()
	if kind, payload := nextEvent(t, r.Body); kind != "PayloadChunk" || payload != "second" {
		t.Errorf("%s %q", kind, payload)
	}
	kind, payload := nextEvent(t, r.Body)
	var end struct{ ErrorCode, LogResult string }
	if err := json.Unmarshal([]byte(payload), &end); err != nil || kind != "InvokeComplete" || end.ErrorCode != "" {
		t.Errorf("%s %s", kind, payload)
	}
	if log, _ := base64.StdEncoding.DecodeString(end.LogResult); !strings.Contains(string(log), "REPORT RequestId: "+r.Header.Get("X-Amzn-Requestid")) {
		t.Errorf("%s", log)
	}
	if rest, err := io.ReadAll(r.Body); len(rest) > 0 || err != nil {
		t.Errorf("%q %v", rest, err)
	}
}

func TestInvokeWithResponseStreamEndsInErrors(t *testing.T) {
	t.Parallel()
	s := stand(t, options(t, "stream"), false)
	for payload, want := range map[string]string{
		`"fail"`:  `InvokeComplete {"ErrorCode":"Unhandled","ErrorDetails":"{\"errorMessage\":\"no such bucket\",\"errorType\":\"errorString\"}"}`,
		`"break"`: `PayloadChunk begun, InvokeComplete {"ErrorCode":"Unhandled","ErrorDetails":"{\"errorMessage\":\"the source is dry\",\"errorType\":\"errorString\"}"}`,
	} {
		body := begin(t, s, "POST", streamPath, payload).Body
		kind, text := nextEvent(t, body)
		got := kind + " " + text
		if kind == "PayloadChunk" {
			kind, text = nextEvent(t, body)
			got += ", " + kind + " " + text
		}
		if got != want {
			t.Errorf("%s: %s", payload, got)
		}
	}
	if r := begin(t, s, "POST", streamPath, `{}`, "X-Amz-Invocation-Type", "Event"); r.StatusCode != 400 {
		t.Error(r.Status)
	}
	if r := begin(t, s, "POST", streamPath, `{}`, "X-Amz-Invocation-Type", "DryRun"); r.StatusCode != 204 {
		t.Error(r.Status)
	}
	if r := begin(t, s, "POST", strings.Replace(streamPath, "Function", "Other", 1), `{}`); r.StatusCode != 404 {
		t.Error(r.Status)
	}
}

// TestCloseEndsStreams closes the stack while a client reads nothing of what a
// function writes.
func TestCloseEndsStreams(t *testing.T) {
	t.Parallel()
	g, o := newGate(t, "stream")
	s := stand(t, o, false)
	begin(t, s, "POST", streamPath, `{}`)
	g.visitor()
	s.Close()
}
