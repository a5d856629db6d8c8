package cfn

import (
	"strings"
	"testing"
)

// TestParseReads covers the meaning of each spelling of a value.
func TestParseReads(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, want string }{
		// Scalars of YAML 1.1.
		{"yes", "true"}, {"On", "true"}, {"TRUE", "true"}, {"no", "false"}, {"off", "false"}, {"False", "false"},
		{"y", `"y"`}, {"N", `"N"`}, {"tRuE", `"tRuE"`},
		{"~", "null"}, {"null", "null"}, {"", "null"}, {"nULL", `"nULL"`},
		{"2012-10-17", `"2012-10-17"`}, {"2001-12-14t21:59:43.10-05:00", `"2001-12-14t21:59:43.10-05:00"`},
		{"=", `"="`}, {"<<", `"<<"`},
		// Numbers.
		{"1", "1"}, {"-0", "-0"}, {"+12", "12"}, {"1_000", "1000"}, {"0x1F", "31"}, {"-0b101", "-5"}, {"0o17", `"0o17"`},
		{"123456789012345678901234567890", "123456789012345678901234567890"}, {"1.10", "1.10"},
		{".5", "0.5"}, {"-.5", "-0.5"}, {"5.", "5.0"}, {"+00.5", "0.5"}, {"0.", "0.0"}, {"1e400", "1e400"}, {"1.5e+3", "1.5e+3"},
		{"0777", "511"}, {"012345678901", `"012345678901"`}, {"0", "0"}, {"00", "0"}, {"0b2", `"0b2"`}, {"0x", `"0x"`},
		{"1:30", "90"}, {"-1:00:30.25", "-3630.25"}, {"05:30", `"05:30"`}, {"80:80", `"80:80"`},
		{".inf", `".inf"`}, {".nan", `".nan"`}, {"1.2.3", `"1.2.3"`}, {"10.0.0.0/16", `"10.0.0.0/16"`}, {"1e", `"1e"`}, {"_1", `"_1"`},
		// Quotes and blocks.
		{"'1'", `"1"`}, {`"yes"`, `"yes"`}, {"|\n  1\n", `"1\n"`}, {">-\n  a\n  b\n", `"a b"`}, {`"\U0001F600\x41\_"`, "\"😀A\u00a0\""},
		// Short forms.
		{"!Ref A", `{"Ref":"A"}`}, {"!Ref 1", `{"Ref":"1"}`}, {"!Condition A", `{"Condition":"A"}`}, {"!Sub '${A}'", `{"Fn::Sub":"${A}"}`},
		{"!GetAtt A.B", `{"Fn::GetAtt":["A","B"]}`}, {"!GetAtt A.B.C", `{"Fn::GetAtt":["A","B.C"]}`}, {"!GetAtt A", `{"Fn::GetAtt":"A"}`},
		{"!GetAtt [A, !Ref B]", `{"Fn::GetAtt":["A",{"Ref":"B"}]}`}, {"{Fn::GetAtt: A.B}", `{"Fn::GetAtt":"A.B"}`},
		{"!GetAZs", `{"Fn::GetAZs":""}`}, {"!If [A, !Ref B, {C: !Base64 d}]", `{"Fn::If":["A",{"Ref":"B"},{"C":{"Fn::Base64":"d"}}]}`},
		{"!Transform {Name: M}", `{"Fn::Transform":{"Name":"M"}}`}, {"!Length [1]", `{"Fn::Length":[1]}`}, {"!ToJsonString {a: 1}", `{"Fn::ToJsonString":{"a":1}}`},
		{"!Join\n  - ','\n  - - a\n    - b\n", `{"Fn::Join":[",",["a","b"]]}`},
		// YAML's own tags.
		{"!!str 1", `"1"`}, {"!!int '12'", "12"}, {"!!float 1", "1"}, {"!!bool yes", "true"}, {"!!null ''", "null"}, {"! 12", `"12"`},
		{"!!binary aGk=", `"hi"`}, {"!!timestamp 2012-10-17", `"2012-10-17"`}, {"!!map {a: 1}", `{"a":1}`}, {"!!seq [1]", "[1]"},
		{"!<tag:yaml.org,2002:str> 1", `"1"`},
		// Keys.
		{"{1: a}", `{"1":"a"}`}, {"{yes: a}", `{"true":"a"}`}, {"{2012-10-17: a}", `{"2012-10-17":"a"}`}, {"{012345678901: a}", `{"012345678901":"a"}`},
		{"{null: a}", `{"null":"a"}`}, {"{1.10: a}", `{"1.10":"a"}`}, {"{? a : b}", `{"a":"b"}`},
		// Aliases and merge keys.
		{"[&a 1, *a]", "[1,1]"}, {"[&a {x: [1]}, *a]", `[{"x":[1]},{"x":[1]}]`}, {"[&a !Ref X, *a]", `[{"Ref":"X"},{"Ref":"X"}]`},
		{"[&a {x: 1, y: 2}, {z: 3, <<: *a, y: 4}]", `[{"x":1,"y":2},{"x":1,"z":3,"y":4}]`},
		{"[&a {x: 1}, &b {x: 2, y: 3}, {<<: [*a, *b]}]", `[{"x":1},{"x":2,"y":3},{"x":1,"y":3}]`},
		{"{'<<': {a: 1}}", `{"<<":{"a":1}}`}, {"{<<: {a: 1}}", `{"a":1}`},
	}
	for _, test := range tests {
		n, list := Parse([]byte("Key: " + test.source + "\n"))
		if list.HasErrors() {
			t.Errorf("Parse(%q): %s", test.source, list.Text())
		} else if got := string(EncodeJSON(n.Get("Key"))); got != test.want {
			t.Errorf("Parse(%q) = %s, want %s", test.source, got, test.want)
		}
	}
}

// TestParseReports covers the problems that Parse finds, with their positions.
func TestParseReports(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, source, want string }{
		{"empty", "", "0:0 STAR003 invalid structure: the template is empty; fix: start with a section, such as Resources:"},
		{"a comment", "# nothing\n", "0:0 STAR003 invalid structure: the template is empty; fix: start with a section, such as Resources:"},
		{"an empty document", "---\n", "0:0 STAR003 invalid structure: the template is empty; fix: start with a section, such as Resources:"},
		{"two documents", "A: 1\n---\nB: 2\n", "2:1 STAR003 invalid structure: the file has 2 YAML documents (allowed: 1); fix: remove the line --- and everything that is not part of the template"},
		{"a list", "- A\n", "1:1 STAR003 invalid structure: the template is a list, not a map; fix: start with a section, such as Resources:"},
		{"JSON text", `["A"]`, "1:1 STAR003 invalid structure: the template is a list, not a map; fix: start with a section, such as Resources:"},
		{"Resources", "Resources: [A]\n", "1:1 STAR003 invalid structure: Resources is a list, not a map; at Resources; fix: put each resource under its logical ID"},
		{"no resources", "Resources:\n", "1:1 STAR003 invalid structure: Resources is empty, not a map; at Resources; fix: put each resource under its logical ID"},
		{"not closed", "A: [1\n\n", "1:6 STAR001 not valid YAML or JSON: YAML error: while parsing a flow sequence: did not find expected ',' or ']' (it starts on line 1); fix: close the open bracket or quote at the end"},
		{"a quote", "A: 'b\nC: d\n", "2:5 STAR001 not valid YAML or JSON: YAML error: while scanning a quoted scalar: found unexpected end of stream (it starts on line 1); fix: close the open bracket or quote at the end"},
		{"a tab", "A:\n\tB: 1\n", "2:1 STAR001 not valid YAML or JSON: YAML error: while scanning for the next token: found character that cannot start any token; fix: indent with spaces; YAML does not allow tabs"},
		{"an at", "A: @b\n", "1:4 STAR001 not valid YAML or JSON: YAML error: while scanning for the next token: found character that cannot start any token; fix: put the string in quotes"},
		{"a colon", "A: b: c\n", "1:5 STAR001 not valid YAML or JSON: YAML error: mapping values are not allowed in this context; fix: check the indentation, and put a string that contains a colon and a space in quotes"},
		{"no anchor", "A: *b\n", "1:4 STAR001 not valid YAML or JSON: YAML error: unknown anchor 'b' referenced"},
		{"a control character", "日: 1\nA: \"é\x01\"\n", "2:6 STAR001 not valid YAML or JSON: the template contains the control character U+0001; fix: remove the character, or escape it in double quotes: \"\\u0001\""},
		{"Latin-1", "A: 1\nB: caf\xe9\n", "2:7 STAR001 not valid YAML or JSON: the template is not encoded as UTF-8; fix: save the file as UTF-8"},
		{"JSON", "{\"A\": 1,\n \"é\": 2 \"B\": 3}", "2:9 STAR001 not valid YAML or JSON: JSON error: expected , or }, found '\"'"},
		{"a key twice", "A:\n  B: 1\n  C: 2\n  B: 3\n", "4:3 STAR002 duplicate key: B appears again; the first is on line 2; at A.B; fix: remove or rename one of them"},
		{"a key twice in JSON", "{\"A\": {\"B\": 1,\n\"B\": 2}}", "2:1 STAR002 duplicate key: B appears again; the first is on line 1; at A.B; fix: remove or rename one of them"},
		{"a boolean twice", "{yes: 1, on: 2}", "1:10 STAR002 duplicate key: true appears again; the first is on line 1; at true; fix: remove or rename one of them"},
		{"a map as key", "{a: 1}: 2\n", "1:1 STAR003 invalid structure: a key is a map, not a string; fix: use a string as the key"},
		{"no key", "A:\n  : 2\n", "2:3 STAR003 invalid structure: a key is empty, not a string; at A; fix: use a string as the key"},
		{"a tag", "A: [!Reff b]\n", "1:5 STAR003 invalid structure: !Reff is not an intrinsic function; at A.0; fix: did you mean !Ref?"},
		{"a far tag", "A: !Frobnicate {b: 1}\n", "1:4 STAR003 invalid structure: !Frobnicate is not an intrinsic function; at A; fix: use the long form Fn::Frobnicate: if CloudFormation has this function"},
		{"a set", "A: !!set {b}\n", "1:4 STAR003 invalid structure: CloudFormation does not support the tag !!set; at A; fix: remove the tag"},
		{"a wrong tag", "A: !!int b\n", "1:4 STAR003 invalid structure: \"b\" does not match its tag !!int; at A; fix: correct the value, or remove the tag"},
		{"no base64", "A: !!binary ???\n", "1:4 STAR003 invalid structure: the !!binary value is not a base64-encoded string; at A; fix: use a string; a template cannot hold binary data"},
		{"a merge of a text", "A: {<<: b}\n", "1:9 STAR003 invalid structure: << requires a map or a list of maps, not a string; at A; fix: use the anchor of a map, as in <<: *defaults"},
		{"an alias of itself", "A: &a [1, *a]\n", "1:11 STAR003 invalid structure: the alias *a refers to a value that contains it; at A.1; fix: replace the alias with the value that you mean"},
		{"octal", "A: 0123\n", "1:4 STAR006 (warning) ambiguous unquoted number: YAML reads 0123 as the number 83; at A; fix: put it in quotes if you mean the string: '0123'"},
		{"base 60", "A: [1:30]\n", "1:5 STAR006 (warning) ambiguous unquoted number: YAML reads 1:30 as the number 90; at A.0; fix: put it in quotes if you mean the string: '1:30'"},
		{"an account", "A: {012345678901: b}\n", "1:5 STAR006 (warning) ambiguous unquoted number: StarJob reads 012345678901 as a string, and some YAML parsers as a number; at A; fix: put it in quotes if you mean the string: '012345678901'"},
		{"a hash", "A: 12e4567\n", "1:4 STAR006 (warning) ambiguous unquoted number: StarJob reads 12e4567 as a number, and some YAML parsers as a string; at A; fix: put it in quotes if you mean the string: '12e4567'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, list := Parse([]byte(test.source))
			if len(list) != 1 {
				t.Fatalf("Parse(%q) reports %d problems, want 1: %s", test.source, len(list), list.Text())
			}
			start := list[0].Range.Start
			if got := placed(start) + " " + list[0].String(); got != test.want {
				t.Errorf("Parse(%q) reports\n%s, want\n%s", test.source, got, test.want)
			}
		})
	}
}

// TestParseReportsAll expects every problem at once, and also a tree.
func TestParseReportsAll(t *testing.T) {
	t.Parallel()
	n, list := Parse([]byte("Resources: []\nA: !Reff b\nA: !Subb c\nB: &b [*b]\n"))
	if len(list) != 5 || n == nil {
		t.Errorf("got %d problems, want 5, and the tree %v: %s", len(list), n, list.Text())
	}
}

// TestParseBoundsAliases parses aliases of aliases that would expand to 10^9 values.
func TestParseBoundsAliases(t *testing.T) {
	t.Parallel()
	bomb := "a0: &a0 [x]\n"
	for _, c := range "123456789" {
		before := string(c - 1)
		bomb += "a" + string(c) + ": &a" + string(c) + " [" + strings.Repeat("*a"+before+",", 10) + "]\n"
	}
	_, list := Parse([]byte(bomb))
	if len(list) != 1 || !strings.Contains(list.Text(), "STAR003 invalid structure: aliases add more than 200000 values to the template; at a5.8; ") {
		t.Errorf("got %s", list.Text())
	}
}
