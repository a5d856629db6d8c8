package display

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
)

// TestLiveDisplayWritesBeforeItDraws: a build may take minutes and fail, and so may
// the start of functions.
func TestLiveDisplayWritesBeforeItDraws(t *testing.T) {
	t.Parallel()
	from, screen := newPipe(t)
	d := newLive(screen, screen, false, &results{out: io.Discard})
	d.Building("samples/etl")
	b := make([]byte, 100)
	n, err := from.Read(b)
	if got := string(b[:n]); err != nil || got != "building samples/etl\n" {
		t.Errorf("%q, %v", got, err)
	}
	d.Started(Endpoints{}) // of a template in which no queue invokes a function
	d.Kept(Endpoints{})
	if err := d.End([]Step{}, nil, nil); err != nil {
		t.Error(err)
	}
	screen.Close()
	if drawn, err := io.ReadAll(from); err != nil || !strings.Contains(string(drawn), "no function runs") {
		t.Errorf("%s, %v", drawn, err)
	}
}

// TestLiveDisplayShowsOneLinePerStep draws on a pipe instead of a terminal.
func TestLiveDisplayShowsOneLinePerStep(t *testing.T) {
	t.Parallel()
	from, screen := newPipe(t)
	var result bytes.Buffer
	d := newLive(screen, screen, false, &results{out: &result})
	d.Building("samples/etl")
	d.Started(Endpoints{Order: []string{"extract", "load"}})
	d.Log(Line{Step: "load", Text: "100% loaded\x1b[2J"})
	steps := []Step{{Name: "extract", Arrived: 1, Received: 1, Succeeded: 1}, {Name: "load", Arrived: 4, Waiting: 1, InFlight: 2, Succeeded: 1}}
	d.Progress(steps)
	if err := d.End(steps, nil, []string{"that is all"}); err != nil {
		t.Error(err)
	}
	screen.Close()
	drawn, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"building samples/etl\n\r", `load 100% loaded\x1b[2J`, "extract", "100%", " 25%", "1 done, 2 in flight, 1 waiting"} {
		if !strings.Contains(string(drawn), want) {
			t.Errorf("lacks %q:\n%s", want, drawn)
		}
	}
	if !strings.HasSuffix(string(drawn), "that is all\n") {
		t.Errorf("the remark is not last:\n%s", drawn)
	}
	if !strings.Contains(result.String(), "received") {
		t.Errorf("no table: %s", result.String())
	}
}

// newPipe returns the ends of a pipe, which are closed after the test.
func newPipe(t *testing.T) (from, to *os.File) {
	t.Helper()
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		from.Close()
		to.Close()
	})
	return from, to
}
