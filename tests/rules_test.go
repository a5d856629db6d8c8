package tests

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// testedBy are the packages whose tests docs/handlers.md names.
var testedBy = map[string]string{
	"engine": "../runtime/internal/engine", "star": "../runtime/star", "fault": "fault",
}

// TestEveryRuleNamesItsTests keeps the table of rules in step with the tests.
func TestEveryRuleNamesItsTests(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/handlers.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for name, dir := range testedBy {
		for _, f := range parse(t, dir, true) {
			for _, function := range functions(f) {
				there[name+"."+function] = true
			}
		}
	}
	row := regexp.MustCompile(`(?m)^\| (\d+) \|.*$`)
	named := regexp.MustCompile("`([a-z]+\\.(?:Test|Fuzz)\\w+)`")
	var rules []string
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		rules = append(rules, m[1])
		tests := named.FindAllStringSubmatch(m[0], -1)
		if len(tests) == 0 {
			t.Errorf("rule %s names no test", m[1])
		}
		for _, test := range tests {
			if !there[test[1]] {
				t.Errorf("rule %s names %s, which is not there", m[1], test[1])
			}
		}
	}
	var want []string
	for n := range 13 {
		want = append(want, strconv.Itoa(n+1))
	}
	if !slices.Equal(rules, want) {
		t.Errorf("the table has the rules %v, want %v", rules, want)
	}
}

// TestConformanceRunsTheFaultSuite: docs/handlers.md says so.
func TestConformanceRunsTheFaultSuite(t *testing.T) {
	t.Parallel()
	const command = "STARJOB_FAULT_SEEDS=1000 go test"
	for _, path := range []string{"../docs/handlers.md", "../scripts/conformance"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), command) {
			t.Errorf("%s lacks %q", path, command)
		}
	}
}
