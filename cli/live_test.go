package cli

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local"
)

// TestLiveSpeaksBeforeItDraws: a build may take minutes and fail, as may the
// start of functions.
func TestLiveSpeaksBeforeItDraws(t *testing.T) {
	t.Parallel()
	from, screen, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	term := &terminal{stdout: io.Discard, stderr: screen, env: func(string) string { return "" }}
	d := newLive(term, screen, screen, nil, term.results())
	d.building("samples/etl")
	b := make([]byte, 100)
	n, err := from.Read(b)
	if got := string(b[:n]); err != nil || got != "building samples/etl\n" {
		t.Errorf("%q, %v", got, err)
	}
	d.started(endpoints{}) // of a template in which nothing is fed
	d.kept(endpoints{})
	if err := d.end([]row{}, nil, nil); err != nil {
		t.Error(err)
	}
	screen.Close()
	if drawn, err := io.ReadAll(from); err != nil || !strings.Contains(string(drawn), "no function runs here") {
		t.Errorf("%s, %v", drawn, err)
	}
}

// TestLiveShowsALinePerStep draws on a pipe, which takes what a terminal would.
func TestLiveShowsALinePerStep(t *testing.T) {
	t.Parallel()
	from, screen, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	var result bytes.Buffer
	term := &terminal{stdout: &result, stderr: screen, env: func(string) string { return "" }}
	d := newLive(term, screen, screen, map[string]string{"EtlLoadFunction": "load"}, term.results())
	d.building("samples/etl")
	d.started(endpoints{Order: []string{"extract", "load"}})
	d.log(local.Line{Function: "EtlLoadFunction", Text: "100% loaded\x1b[2J"})
	rows := []row{{Step: "extract", Arrived: 1, Received: 1, Succeeded: 1}, {Step: "load", Arrived: 4, Waiting: 1, InFlight: 2, Succeeded: 1}}
	d.progress(rows)
	if err := d.end(rows, nil, []string{"that is all"}); err != nil {
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
