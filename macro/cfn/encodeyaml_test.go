package cfn

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestEncodeYAMLStyle fixes the style, byte for byte.
func TestEncodeYAMLStyle(t *testing.T) {
	t.Parallel()
	if got := string(EncodeYAML(parse(t, everything))); got != written {
		t.Errorf("EncodeYAML:\n%s\nwant\n%s", got, written)
	}
	for want, n := range map[string]*Node{
		"null\n": nil, "{}\n": NewMap(), "[]\n": NewList(), "a: null\n": NewMap(E("a", nil)), "'1'\n": NewString("1"),
		"|-\n  a\n  b\n": NewString("a\nb"), "- 1\n- - 2\n": NewList(NewInt(1), NewList(NewInt(2))),
		"a: |+\n  b\n\nc:\n  - d\n":                             NewMap(E("a", NewString("b\n\n")), E("c", Strings("d"))),
		"? " + strings.Repeat("k", 2000) + "\n: 1\n":            NewMap(E(strings.Repeat("k", 2000), NewInt(1))),
		"- ? " + strings.Repeat("k", 2000) + "\n  :\n    - 1\n": NewList(NewMap(E(strings.Repeat("k", 2000), NewList(NewInt(1))))),
	} {
		if got := string(EncodeYAML(n)); got != want {
			t.Errorf("EncodeYAML(%s) = %q, want %q", EncodeJSON(n), got, want)
		}
	}
}

const written = `Transform:
  - StarJob
  - AWS::Serverless-2016-10-31

Unknown:
  big: 123456789012345678901234567890
  small: -0.00000000000000000000001
  e: 1.5e+300

Mappings:
  Accounts:
    '123456789012':
      name: it's
    '012345678901':
      name: quo"te

Resources:
  Fn::ForEach::Loop:
    - Name
    - - a
      - b
    - Queue${Name}:
        Type: AWS::SQS::Queue
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Empty:
        map: {}
        list: []
        text: ''
        'null': null
      Nested:
        - - 1
          - - 2
            - []
        - a:
            - b: c
              d:
                - e
        - - - {}
        - !Ref A
        - !GetAtt A.B.C
      Script: !Sub |
        #!/bin/sh
          indented

        end
      Clipped: |-
        a
        b
      Spaces: " a\n b"
      Base:
        Fn::Base64: !Sub ${X}
      Sub: !Sub
        - ${A}
        - A:
            Fn::ImportValue: !Sub ${B}-x
      If: !If
        - true
        - !Ref AWS::NoValue
        - !Ref X
      Form:
        Fn::GetAtt: A.B
      Dotted:
        Fn::GetAtt:
          - A
          - !Ref B
      Code: |
        yes

        : no

Outputs:
  Value:
    Value: !Join
      - ''
      - - !Ref A
        - "\t\u0007\u2028é日本😀"
`

// pitfalls are texts that some reader of YAML takes for something else when they
// have no quotes.
var pitfalls = strings.Fields(`
	y Y n N yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE null Null NULL ~
	0 1 -1 +1 0777 0o17 0x1F 0b11 1_000 012345678901 089 1:30 05:30 1:30.5 22:22 1e3 1E3 1e+3 12e4567 1.5 .5 5. -.5 +.5
	.inf -.inf +.INF .nan .NaN 2012-10-17 2001-12-14t21:59:43.10-05:00 2001-1-1 = << ! & * @ % | > - -- --- ... ? : ,
	[ ] { } # ' " !Ref !!str &a *a @x %x |x >x ?x -x a: :a {a} [a] {{resolve:ssm:x}} #a
`)

// TestEncodeYAMLQuotes expects quotes around each pitfall, as key and as value, and
// the same string from this package and from a reader of YAML 1.2.
func TestEncodeYAMLQuotes(t *testing.T) {
	t.Parallel()
	if len(pitfalls) < 80 {
		t.Fatalf("only %d pitfalls", len(pitfalls))
	}
	for _, text := range append(pitfalls, "", " ", "a ", " a", "`x`", "a: b", "a #b", "2001-12-14 21:59:43.10 -5", "1 000", "\t", "a\r\nb", "\u0085", "\u00a0") {
		out := string(EncodeYAML(NewMap(E(text, NewString(text)))))
		if out[0] != '\'' && out[0] != '"' || strings.Count(out, out[:1]) < 4 {
			t.Errorf("%q is written without quotes: %s", text, out)
		}
		if n, list := Parse([]byte(out)); len(list) > 0 || string(EncodeJSON(n.Get(text))) != string(EncodeJSON(NewString(text))) {
			t.Errorf("%q is read back as %s: %s", text, EncodeJSON(n), list.Text())
		}
		var other map[any]any
		if err := yaml.Load([]byte(out), &other); err != nil || other[text] != text {
			t.Errorf("%q is read as %v by another reader: %v", text, other, err)
		}
	}
}

// TestEncodeYAMLLeavesPlain expects no quotes where none are needed.
func TestEncodeYAMLLeavesPlain(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a", "A-b_c", "AWS::SQS::Queue", "arn:aws:s3:::b/*", "${A}-x", "a, b", "it's", "10.0.0.0/16", "t3.micro", "provided.al2023",
		"/path", "./x", "a#b", "Zürich", "日本", "rate(5 minutes)", "a=b", "$LATEST", "5 minutes", "a\\b", "yes please",
	} {
		if got := scalar(text); got != text {
			t.Errorf("scalar(%q) = %s", text, got)
		}
	}
}

// TestEncodeYAMLNumbers expects YAML 1.1 to read every number as a number, which
// requires a point and a sign with an exponent.
func TestEncodeYAMLNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1": "1", "-0": "-0", "1.10": "1.10", "1e3": "1.0e+3", "1E3": "1.0E+3", "-1.5e300": "-1.5e+300", "2e-7": "2.0e-7", "1.5E+7": "1.5E+7",
		"123456789012345678901234567890": "123456789012345678901234567890",
	} {
		if got := yamlNumber(text); got != want {
			t.Errorf("yamlNumber(%s) = %s, want %s", text, got, want)
		}
		if n := resolve(want); n.Kind != Number || n.Text != want {
			t.Errorf("%s is read back as %s", want, n.Text)
		}
	}
}
