package job

import (
	"os"
	"strings"
	"testing"
)

const (
	referencePage = "../../docs/reference.md"
	keysBegin     = "<!-- keys: written by go test ./macro/job -update -->\n"
	keysEnd       = "<!-- end of keys -->\n"
)

// TestReferenceMatchesTheTables compares the section of docs/reference.md about keys
// with the tables.
func TestReferenceMatchesTheTables(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(referencePage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), keysBegin)
	got, after, ends := strings.Cut(rest, keysEnd)
	if !begins || !ends {
		t.Fatalf("%s has no section between %q and %q", referencePage, keysBegin, keysEnd)
	}
	want := "\n" + Reference() + "\n"
	if *update {
		if err := os.WriteFile(referencePage, []byte(before+keysBegin+want+keysEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("%s is not up to date: go generate ./macro/job", referencePage)
	}
}

// TestReferenceHasEveryKey expects a row with the right place for each key of a job
// and a step, without a bare < or | that Markdown would interpret.
func TestReferenceHasEveryKey(t *testing.T) {
	t.Parallel()
	rows := map[string]int{}
	for line := range strings.Lines(Reference()) {
		if cells := strings.Split(line, " | "); len(cells) == 4 {
			rows[strings.Trim(cells[0], "| `")+" "+cells[1]]++
		}
		for i, part := range strings.Split(line, "`") {
			if i%2 == 0 && strings.Contains(part, "<") {
				t.Errorf("a < outside of code: %s", line)
			}
		}
	}
	where := map[string]string{}
	for _, name := range jobTable.names() {
		where[name] = "job"
	}
	for _, name := range stepTable.names() {
		if where[name] == "" {
			where[name] = "step"
		} else {
			where[name] = "both"
		}
	}
	for name, place := range where {
		if rows[name+" "+place] != 1 {
			t.Errorf("%d rows for %s with the place %s, want 1", rows[name+" "+place], name, place)
		}
	}
	if len(rows) != len(where)+1 { // with the heading
		t.Errorf("%d rows, want %d", len(rows), len(where)+1)
	}
}
