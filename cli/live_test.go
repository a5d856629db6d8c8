package cli

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/cli/local"
)

// TestLiveShowsALinePerStep draws on a pipe, which takes what a terminal would.
func TestLiveShowsALinePerStep(t *testing.T) {
	t.Parallel()
	from, screen, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	var result bytes.Buffer
	d := newLive(&terminal{stdout: &result, stderr: screen, env: func(string) string { return "" }}, screen, map[string]string{"EtlLoadFunction": "load"})
	d.building("samples/etl")
	d.started(endpoints{Order: []string{"extract", "load"}})
	d.log(local.Line{Function: "EtlLoadFunction", Text: "100% loaded"})
	rows := []row{{Step: "extract", Arrived: 1, Received: 1, Succeeded: 1}, {Step: "load", Arrived: 4, Waiting: 1, InFlight: 2, Succeeded: 1}}
	d.progress(rows)
	d.end(rows, nil)
	screen.Close()
	drawn, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"building samples/etl", "load 100% loaded", "extract", "100%", " 25%", "1 waiting, 2 in flight, 1 done"} {
		if !strings.Contains(string(drawn), want) {
			t.Errorf("lacks %q:\n%s", want, drawn)
		}
	}
	if !strings.Contains(result.String(), "received") {
		t.Errorf("no table: %s", result.String())
	}
}
