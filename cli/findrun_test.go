package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/cli/display"
)

// makeNotesFolder creates an empty folder for the notes of runs.
func makeNotesFolder(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} { // where a cache folder may be
		t.Setenv(name, t.TempDir())
	}
	folder, err := notesFolder()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestEmptyNotesAreNotRemoved: a run that starts creates its note before it writes the
// endpoint.
func TestEmptyNotesAreNotRemoved(t *testing.T) {
	note := filepath.Join(makeNotesFolder(t), "1")
	if err := os.WriteFile(note, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if runs, _ := findNoted(); len(runs) != 0 {
		t.Errorf("found %v", runs)
	}
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
}

// TestSeveralRunsNeedAnEndpoint: the error lists them with their templates.
func TestSeveralRunsNeedAnEndpoint(t *testing.T) {
	folder := makeNotesFolder(t)
	var want []string
	for _, template := range []string{"/jobs/a.yaml", ""} {
		run := httptest.NewServer(jsonHandler(func(*http.Request) (any, error) { return display.Endpoints{Template: template}, nil }))
		defer run.Close()
		if template == "" {
			template = fromInput
		}
		want = append(want, "\n  --endpoint "+run.URL+"  "+template)
		if err := os.WriteFile(filepath.Join(folder, template[len(template)-1:]), []byte(run.URL), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := findRunning(""); err == nil || !strings.HasPrefix(err.Error(), "2 runs found; choose one with\n") || !strings.Contains(err.Error(), want[0]) || !strings.Contains(err.Error(), want[1]) {
		t.Errorf("%v, want %q", err, want)
	}
}
