package cfn

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/serverless-star/starjob/macro/diag"
)

var seeds = []string{
	everything, written, `{"a": [1, {"b": "\ud83d\ude00"}], "a": null, "c": 1e400}`, "a: &a [1, *a]\n<<: {b: c}\n<<: *a\n",
	"a: !GetAtt b.c\n? [x]\n: !!binary aGk=\n", "%YAML 1.1\n---\na: >+2\n   b\n\n...\n", "a: 'b''c'\r\nb: \"\\u2028\\\n  x\"\r# c\n",
	"- - ? a\n    : b\n  - !If [A, !Sub\n  '${b}']\n", "a: 0123\nb: 1:30\nc: 12e4\nd: +.5e-3\n", "{\"a\": tru", "a: [\n\tb", "日: @x", "a: |\n", "\ufeffa: b",
}

// FuzzParse expects no panic, positions within the source, and, without errors, a
// tree that survives a round trip through YAML and JSON.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		n, list := Parse(source)
		for _, d := range list {
			inSource(t, source, d.Range)
			if d.Code == "" || d.Problem == "" {
				t.Errorf("an empty diagnostic: %+v", d)
			}
		}
		if n == nil {
			if !list.HasErrors() {
				t.Fatal("no tree, and no error either")
			}
			return
		}
		n.Walk(nil, func(_ Path, n *Node) bool {
			inSource(t, source, n.Range)
			return true
		})
		if !list.HasErrors() {
			assertRoundTrip(t, n)
		}
	})
}

func inSource(t *testing.T, source []byte, r diag.Range) {
	t.Helper()
	lines := bytes.Count(source, []byte("\n")) + bytes.Count(source, []byte("\r")) + 1
	backwards := r.End.Line < r.Start.Line || r.End.Line == r.Start.Line && r.End.Column < r.Start.Column
	if !r.IsZero() && (r.Start.Column < 1 || int(r.End.Line) > lines || backwards) {
		t.Errorf("the range %v is not in the source %q", r, source)
	}
}

// assertRoundTrip expects the same tree after EncodeYAML and Parse, and after
// EncodeJSON and ParseJSON.
func assertRoundTrip(t *testing.T, n *Node) {
	t.Helper()
	out := EncodeYAML(n)
	again, list := Parse(out)
	if again == nil || len(list.Errors()) > 0 && n.Kind == Map || !sameNumbers(n).Equal(again) {
		t.Errorf("%s\nis read back from YAML as %s\n%s\n%s", EncodeJSON(n), EncodeJSON(again), list.Text(), out)
	}
	out = EncodeJSON(n)
	again, list = ParseJSON(out)
	if len(list) > 0 || !n.Equal(again) || JSONSize(n) != len(out) {
		t.Errorf("%s\nis read back from JSON as %s\n%s", EncodeJSON(n), EncodeJSON(again), list.Text())
	}
}

// sameNumbers returns a copy with numbers as EncodeYAML writes them.
func sameNumbers(n *Node) *Node {
	c := n.Clone()
	c.Walk(nil, func(_ Path, n *Node) bool {
		if n.Kind == Number {
			n.Text = yamlNumber(n.Text)
		}
		return true
	})
	return c
}

// FuzzParseJSON compares with the standard library: both must accept the same
// sources and read the same values from them.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range append(seeds, `[1,-0.5e+7,"\"\\\/\u0000"]`, " 0 ", `{"":{"":[]}}`, `"\ud800"`, `[[[[[[[[1]]]]]]]]`, `{"a":1}x`, `01`, `-`, `1.`) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		n, list := ParseJSON(source)
		valid := json.Valid(source) && utf8.Valid(source)
		if deep := strings.Count(string(source), "[")+strings.Count(string(source), "{") > 10_000; (n != nil) != valid && !deep {
			t.Fatalf("ParseJSON(%q) = %v %s; json.Valid says %v", source, n, list.Text(), valid)
		}
		if n == nil || len(list) > 0 {
			return
		}
		if got, want := canonical(t, EncodeJSON(n)), canonical(t, source); got != want {
			t.Errorf("ParseJSON(%q) = %s, want %s", source, got, want)
		}
	})
}

func canonical(t *testing.T, source []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(source))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q is no JSON: %v", source, err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// FuzzRoundTrip reads a tree from JSON, which can express any template, and expects
// it back from each encoding. Only null is not a template in YAML.
func FuzzRoundTrip(f *testing.F) {
	for _, seed := range append(append(seeds, pitfalls...), "a\nb", "\na\n\n", " a\nb", "\ta\nb", "a \n ", "a\n---\n...", "\u0085\n", "\x7f", "a: b\n# c", "\ufeff\n") {
		text := string(EncodeJSON(NewString(seed)))
		f.Add([]byte(`{` + text + `: [` + text + `, {"Ref": ` + text + `, "x": [[` + text + `]]}, {"Fn::Sub": ` + text + `}, {"Fn::GetAtt": [` + text + `, "b"]}]}`))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		if n, list := ParseJSON(source); n != nil && n.Kind != Null && len(list) == 0 {
			assertRoundTrip(t, n)
		}
	})
}
