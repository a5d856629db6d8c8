package cfn

import (
	"fmt"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/diag"
)

func placed(p diag.Pos) string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// covered returns the part of a source that a range covers. Lines must end with
// \n.
func covered(source string, r diag.Range) string {
	lines := strings.SplitAfter(source, "\n")
	offset := func(p diag.Pos) int {
		before := len(strings.Join(lines[:p.Line-1], ""))
		return before + len(string([]rune(lines[p.Line-1])[:p.Column-1]))
	}
	return source[offset(r.Start):offset(r.End)]
}

// TestPositionsOfKeysAndValues covers the ranges of keys and values, in YAML and
// JSON.
func TestPositionsOfKeysAndValues(t *testing.T) {
	t.Parallel()
	source := `日本: &x !Ref "é\"x" # comment
plain:   some text  # comment
single: 'it''s'
list: [a, {b: c}, [], # comment
  d ]  # comment
block:
  - {}
  - !Sub
    - e
alias: *x
literal: |
  line
after: !GetAtt A.B
folded: two
  lines
empty:
last: 1`
	tests := []struct {
		path, key, value string
	}{
		{"日本", "日本", `&x !Ref "é\"x"`},
		{"plain", "plain", "some text"},
		{"single", "single", "'it''s'"},
		{"list", "list", "[a, {b: c}, [], # comment\n  d ]"},
		{"list.1", "", "{b: c}"},
		{"list.1.b", "b", "c"},
		{"list.2", "", "[]"},
		{"list.3", "", "d"},
		{"block", "block", "- {}\n  - !Sub\n    - e"},
		{"block.0", "", "{}"},
		{"block.1", "", "!Sub\n    - e"},
		{"alias", "alias", `&x !Ref "é\"x"`},
		{"literal", "literal", "|"},
		{"after", "after", "!GetAtt A.B"},
		{"after.Fn::GetAtt.1", "", "!GetAtt A.B"},
		{"folded", "folded", "two"},
		{"empty", "empty", ""},
		{"last", "last", "1"},
	}
	json := strings.ReplaceAll(`{"日本": "é\"x",
  "list":[1, {"b" : null },[ ]
  ] }`, "\t", "")
	root := parse(t, source)
	for _, test := range tests {
		check(t, source, root, test.path, test.key, test.value)
	}
	root = parse(t, json)
	check(t, json, root, "日本", `"日本"`, `"é\"x"`)
	check(t, json, root, "list", `"list"`, "[1, {\"b\" : null },[ ]\n  ]")
	check(t, json, root, "list.1.b", `"b"`, "null")
	check(t, json, root, "list.2", "", "[ ]")
}

func check(t *testing.T, source string, root *Node, path, key, value string) {
	t.Helper()
	p := Path(strings.Split(path, "."))
	n := root.Find(p)
	if n == nil {
		t.Errorf("nothing at %s", path)
		return
	}
	if got := covered(source, n.Range); got != value {
		t.Errorf("%s covers %q, want %q", path, got, value)
	}
	parent := root.Find(p[:len(p)-1])
	if got := parent.KeyRange(p[len(p)-1]); key != "" && covered(source, got) != key {
		t.Errorf("the key of %s covers %q, want %q", path, covered(source, got), key)
	}
}

// TestPositionsWithEveryLineEnd reads a template with every kind of line end. YAML 1.1
// has more of them than editors.
func TestPositionsWithEveryLineEnd(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r\n", "\r"} {
		for _, source := range []string{
			"A: 1\n# x\u2028# y\nB:\n  C: 2\n", "{\"A\": 1,\n\"\u2028\": 2,\n\"B\":\n  {\"C\": 2}}",
		} {
			root := parse(t, "\ufeff"+strings.ReplaceAll(source, "\n", end))
			if got := placed(root.Get("B").KeyRange("C").Start); !strings.HasPrefix(got, "4:") {
				t.Errorf("with line ends %q, C is at %s in %q, want line 4", end, got, source)
			}
		}
	}
}
