package tests

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// needs skips a test where an interpreter is missing: Go alone is enough for the
// others.
func needs(t *testing.T, interpreter string) {
	t.Helper()
	if _, err := exec.LookPath(interpreter); err != nil {
		t.Skip(err)
	}
}

// count is the figures of a text, as the Python sample writes them.
type count struct {
	Name         string
	Lines, Words int
	Different    int
	Most         [][2]any
}

func TestPythonETLCountsEveryText(t *testing.T) {
	t.Parallel()
	needs(t, "python3")
	source, destination := t.TempDir(), t.TempDir()
	want := map[string]count{}
	for n := range 60 {
		name := fmt.Sprintf("part%d/text%d.txt", n%5, n)
		text := "Über allen Gipfeln\nist Ruh, RUH\n"
		for range n {
			text += "warte nur\n"
		}
		writeFile(t, filepath.Join(source, name), text)
		want[name] = count{Name: name, Lines: 2 + n, Words: 6 + 2*n, Different: 5 + 2*min(n, 1)}
	}
	writeFile(t, filepath.Join(source, "part0/empty.md"), "")
	want["part0/empty.md"] = count{Name: "part0/empty.md"}
	writeFile(t, filepath.Join(source, "part0/picture.png"), "\x89PNG")
	writeFile(t, filepath.Join(source, "part0/broken.txt"), "\xff\xfe\x00")

	ran := star(t, "run", "../samples/etl-python", "--json", "--parameter-overrides", "Source="+source+" Destination="+destination)
	if ran.code != 1 { // there is a dead letter
		t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	if f := figures(t, ran.stdout)["transform"]; f.Dead != 1 || f.Succeeded != len(want) {
		t.Errorf("transform: %+v", f)
	}
	got := documents(t, destination, func(c count) string { return c.Name })
	for name, w := range want {
		g := got[name]
		if g.Name != w.Name || g.Lines != w.Lines || g.Words != w.Words || g.Different != w.Different {
			t.Errorf("%s: got %+v, want %+v", name, g, w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d documents, want %d", len(got), len(want))
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestJavaScriptLoadgenRollsOver is TestLoadgenRollsOver for the sample in
// JavaScript.
func TestJavaScriptLoadgenRollsOver(t *testing.T) {
	t.Parallel()
	needs(t, "node")
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1)%10 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	const rps, seconds = 20, 4
	ran := star(t, "run", "../samples/loadgen-js", "--json", "--parameter-overrides", "PlanTimeout=1",
		"--data", fmt.Sprintf(`{"rps": %d, "duration": %d, "url": %q}`, rps, seconds, server.URL))
	if ran.code != 0 {
		t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	steps := figures(t, ran.stdout)
	if plan := steps["plan"]; plan.Succeeded < 6 || plan.Dead > 0 {
		t.Errorf("want at least 5 roll-overs: %+v", plan)
	}
	execute := steps["execute"]
	if done := execute.Succeeded + execute.Ignored; done < rps*seconds || requests.Load() < rps*seconds || execute.Ignored < rps*seconds/10 {
		t.Errorf("%d requests arrived, want %d: %+v", requests.Load(), rps*seconds, execute)
	}
}

// TestJavaScriptOwnTests runs the tests that a sample brings in its own language.
func TestJavaScriptOwnTests(t *testing.T) {
	t.Parallel()
	needs(t, "node")
	command := exec.Command("node", "--test")
	command.Dir = "../samples/replay-js"
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "# pass 3") {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestJavaScriptLoadgenDropsWhatIsNoLoad(t *testing.T) {
	t.Parallel()
	needs(t, "node")
	ran := star(t, "run", "../samples/loadgen-js", "--data", `{"rps": 0, "url": "ftp://x"}`)
	if ran.code != 1 || !allContained(ran.stdout, "RangeError", "rps is 0", "duration is undefined", "url is ftp://x") {
		t.Errorf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
}

func allContained(text string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}
