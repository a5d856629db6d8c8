//go:build unix

package sandbox

import (
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
)

func init() {
	programs["pieces"] = func() { lambda.Start(pieces) }
}

// pieces responds with one piece, and with the remaining bytes once the gate opens.
func pieces(rest int) (io.Reader, error) {
	c, err := net.Dial("tcp", os.Getenv("GATE"))
	if err != nil {
		return nil, err
	}
	return io.MultiReader(strings.NewReader("begun "), gated{c}, io.LimitReader(endless{}, int64(rest))), nil
}

type gated struct{ net.Conn }

func (g gated) Read([]byte) (int, error) {
	return g.Conn.Read(make([]byte, 1))
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	return len(b), nil // the content does not matter
}

// listen invokes the function, and returns a reader of its streamed response.
func (b *fixture) listen(payload string) (answer io.Reader, kind *string, ended <-chan Result) {
	reader, writer := io.Pipe()
	kind = new(string)
	results := make(chan Result, 1)
	go func() {
		defer writer.Close()
		r, err := b.Invoke(b.t.Context(), Invocation{Payload: []byte(payload), Stream: func(contentType string) io.Writer {
			*kind = contentType
			return writer
		}})
		if err != nil {
			b.t.Error(err)
		}
		results <- r
	}()
	return reader, kind, results
}

func TestResponsesAreStreamed(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "pieces", through(g))
	const size = 2 * maxResponseBytes // over the limit of a response that is not streamed
	answer, kind, ended := b.listen("12583112")
	c, err := g.listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	begun := make([]byte, 6)
	if _, err := io.ReadFull(answer, begun); err != nil || string(begun) != "begun " || *kind != "application/octet-stream" {
		t.Fatalf("%q %q: %v", begun, *kind, err)
	}
	c.Close()
	if n, err := io.Copy(io.Discard, answer); n != size || err != nil {
		t.Errorf("%d bytes: %v", n, err)
	}
	if r := <-ended; r.FunctionError != "" || r.Payload != nil {
		t.Errorf("%q %q", r.FunctionError, r.Payload)
	}
}

func TestAStreamThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act")
	answer, _, ended := b.listen(`{"Do":"stream"}`)
	if got, err := io.ReadAll(answer); string(got) != "begun" || err != nil {
		t.Errorf("%q: %v", got, err)
	}
	if r := <-ended; failureOf(t, r).ErrorMessage != "the source is dry" {
		t.Errorf("%s", r.Payload)
	}
}

func TestAFunctionContinuesWithoutAReader(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "pieces", through(g))
	answer, _, ended := b.listen("100000")
	c, err := g.listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	answer.(io.Closer).Close()
	c.Close()
	if r := <-ended; r.FunctionError != "" {
		t.Errorf("%s", r.Payload)
	}
}

func TestStreamsAreLimited(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "pieces", through(g), func(h *Host, _ *Function) { h.streamLimit = 100_000 })
	answer, _, ended := b.listen("99995") // after the first 6
	c, err := g.listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if n, err := io.Copy(io.Discard, answer); n != 100_000 || err != nil {
		t.Errorf("%d bytes: %v", n, err)
	}
	if f := failureOf(t, <-ended); f.ErrorType != "Function.ResponseSizeTooLarge" {
		t.Errorf("%+v", f)
	}
}

func TestAnErrorInsteadOfAStream(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act")
	answer, kind, ended := b.listen(`{"Do":"fail","Text":"no"}`)
	if got, err := io.ReadAll(answer); len(got) > 0 || err != nil || *kind != "" {
		t.Errorf("%q %q: %v", got, *kind, err)
	}
	if f := failureOf(t, <-ended); f.ErrorMessage != "no" {
		t.Errorf("%+v", f)
	}
}
