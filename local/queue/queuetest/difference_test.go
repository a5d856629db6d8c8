package queuetest

import (
	"strings"
	"testing"
)

func TestDifferenceIsExact(t *testing.T) {
	t.Parallel()
	known := Difference{Shows: []string{"colour", "size"}, Because: "It is otherwise."}
	for name, c := range map[string]struct {
		failures []string
		want     string // what is reported; empty: nothing
	}{
		"as known":     {[]string{"the colour is red", "the size is 3", "the colour is blue"}, ""},
		"new":          {[]string{"the colour is red", "the size is 3", "the name is a"}, "a new difference: the name is a"},
		"gone in part": {[]string{"the colour is red"}, `no failure says "size" any more (It is otherwise.): take it from the list`},
		"gone":         {nil, `no failure says "colour" any more`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := record(t, func(tb testing.TB) { known.check(tb, c.failures) })
			if c.want == "" && len(got) > 0 || c.want != "" && !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("reported %q, want %q", got, c.want)
			}
		})
	}
}

// TestRecordEndsWithTheFirstFatal: statements after it do not run.
func TestRecordEndsWithTheFirstFatal(t *testing.T) {
	t.Parallel()
	got := record(t, func(tb testing.TB) {
		tb.Errorf("%d", 1)
		tb.Fatal("2")
		tb.Error("3")
	})
	if strings.Join(got, " ") != "1 2" {
		t.Errorf("recorded %q", got)
	}
}

func TestDifferencesAreExplained(t *testing.T) {
	t.Parallel()
	all := cases()
	for _, server := range []string{"moto", "elasticmq", "fauxqs"} {
		differences := Differences(server)
		if len(differences) == 0 {
			t.Errorf("nothing is known of %s", server)
		}
		for name, d := range differences {
			if all[name] == nil || len(d.Shows) == 0 || d.Because == "" || !strings.HasPrefix(d.Says, "https://docs.aws.amazon.com/") {
				t.Errorf("%s: %s: a difference requires a case, its failures, the reason and the page of AWS: %+v", server, name, d)
			}
		}
	}
}
