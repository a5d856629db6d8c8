package cfn

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseJSONReads(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, want string }{
		{` {"b":1 , "a" : [ true,false,null ] , "":{}, "c":[]} `, `{"b":1,"a":[true,false,null],"":{},"c":[]}`},
		{`[0,-0,1e400,-1.50E+07,123456789012345678901234567890]`, `[0,-0,1e400,-1.50E+07,123456789012345678901234567890]`},
		{`"\u0041\/\b\f\n\r\t\"\\<&>é"`, `"A/\u0008\u000c\n\r\t\"\\<&>é"`},
		{`"\ud83d\ude00 \ud83d \ude00 \ud83dx \ud83d\u0041"`, "\"😀 \uFFFD \uFFFD \uFFFDx \uFFFDA\""},
		{`"\u2028\u0000\ufffd"`, "\"\u2028\\u0000\uFFFD\""},
		{`7`, `7`},
	}
	for _, test := range tests {
		n, list := ParseJSON([]byte(test.source))
		if len(list) > 0 {
			t.Errorf("ParseJSON(%s): %s", test.source, list.Text())
		} else if got := string(EncodeJSON(n)); got != test.want {
			t.Errorf("ParseJSON(%s) = %s, want %s", test.source, got, test.want)
		} else if size := JSONSize(n); size != len(got) {
			t.Errorf("JSONSize(%s) = %d, want %d", got, size, len(got))
		} else if !n.Range.IsZero() {
			t.Errorf("ParseJSON(%s) has a place", test.source)
		}
	}
}

func TestParseJSONReports(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, want string }{
		{``, `STAR001 not valid YAML or JSON: JSON error: expected a value, found the end of the text (line 1, column 1)`},
		{`{"a":{"b":[1,}}`, `STAR001 not valid YAML or JSON: JSON error: expected a value, found '}' (line 1, column 14); at a.b`},
		{`{"a":[{"b":2}, x]}`, `STAR001 not valid YAML or JSON: JSON error: "x" is not a value; strings need double quotes (line 1, column 16); at a`},
		{`{"a":[{},{"b" 2}]}`, `STAR001 not valid YAML or JSON: JSON error: expected : after the key, found '2' (line 1, column 15); at a.1`},
		{"{\n\"é\" : 1,}", `STAR001 not valid YAML or JSON: JSON error: expected a key in double quotes, found '}' (line 2, column 9)`},
		{`[1 2]`, `STAR001 not valid YAML or JSON: JSON error: expected , or ], found '2' (line 1, column 4)`},
		{`[1`, `STAR001 not valid YAML or JSON: JSON error: expected , or ], found the end of the text (line 1, column 3)`},
		{`1 1`, `STAR001 not valid YAML or JSON: JSON error: unexpected text after the end of the value (line 1, column 3)`},
		{`01`, `STAR001 not valid YAML or JSON: JSON error: "01" is not a value; strings need double quotes (line 1, column 1)`},
		{`"a`, `STAR001 not valid YAML or JSON: JSON error: the string has no closing quote (line 1, column 1)`},
		{`"\x"`, `STAR001 not valid YAML or JSON: JSON error: invalid escape; write \\ for a backslash (line 1, column 2)`},
		{"\"\t\"", `STAR001 not valid YAML or JSON: JSON error: the control character U+0009 must be escaped as \u0009 (line 1, column 2)`},
		{"\"\xff\"", `STAR001 not valid YAML or JSON: JSON error: the template is not encoded as UTF-8 (line 1, column 2)`},
		{`{"a":{"b":1,"b":2}}`, `STAR002 duplicate key: b appears twice; at a.b; fix: remove or rename one of them`},
	}
	for _, test := range tests {
		if _, list := ParseJSON([]byte(test.source)); len(list) != 1 || list.Text() != test.want {
			t.Errorf("ParseJSON(%q) reports\n%s, want\n%s", test.source, list.Text(), test.want)
		}
	}
}

// TestParseJSONKeepsTheLast reads a duplicate key, in a small map and in one that
// is large enough for an index.
func TestParseJSONKeepsTheLast(t *testing.T) {
	t.Parallel()
	for _, others := range []int{2, 100} {
		source := `{"Twice":{"x":1}`
		for i := range others {
			source += `,"` + strings.Repeat("k", i+1) + `":0`
		}
		n, list := ParseJSON([]byte(source + `,"Twice":{"y":[2,2]}}`))
		if len(list) != 1 || !list.HasErrors() || len(n.Entries) != others+1 || string(EncodeJSON(n.Get("Twice"))) != `{"y":[2,2]}` {
			t.Errorf("among %d keys: %s %s", others, list.Text(), EncodeJSON(n))
		}
	}
}

// TestNestingIsBounded nests deeper than encoding/json allows, up to the limit of
// this package, and passes the tree through every function that walks one.
func TestNestingIsBounded(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		source := []byte(strings.Repeat(pair[0], maxDepth) + "1" + strings.Repeat(pair[1], maxDepth))
		n, list := ParseJSON(source)
		if len(list) > 0 {
			t.Fatal(list.Text())
		}
		nodes := 0
		n.Clone().Walk(nil, func(Path, *Node) bool { nodes++; return true })
		if nodes != maxDepth+1 || !bytes.Equal(EncodeJSON(n), source) || !Merge(n, n).Equal(n) {
			t.Errorf("%d times %s is read back changed", maxDepth, pair[0])
		}
		if n, list := ParseJSON([]byte(pair[0] + string(source) + pair[1])); n != nil || !strings.Contains(list.Text(), "nested deeper than 100,000 levels") {
			t.Errorf("one more %s is accepted", pair[0])
		}
	}
	if _, list := Parse([]byte(strings.Repeat("[", 2*maxDepth))); !list.HasErrors() {
		t.Error("YAML that is nested too deep is accepted")
	}
}
