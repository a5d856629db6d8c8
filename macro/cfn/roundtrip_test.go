package cfn

import (
	"testing"

	"github.com/serverless-star/starjob/macro/diag"
)

func parse(t *testing.T, source string) *Node {
	t.Helper()
	n, list := Parse([]byte(source))
	if list.HasErrors() {
		t.Fatalf("Parse(%q): %s", source, list.Text())
	}
	return n
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	n := parse(t, everything)
	again, list := Parse(EncodeYAML(n))
	if len(list) > 0 {
		t.Errorf("what EncodeYAML wrote has problems: %s\n%s", list.Text(), EncodeYAML(n))
	}
	if !n.Equal(again) {
		t.Errorf("YAML came back changed:\n%s\nwant\n%s", EncodeJSON(again), EncodeJSON(n))
	}
	for _, encode := range []func(*Node) []byte{EncodeJSON, EncodeJSONIndent} {
		var problems diag.List
		if again, problems = ParseJSON(encode(n)); len(problems) > 0 || !n.Equal(again) {
			t.Errorf("JSON came back changed: %v\n%s\nwant\n%s", problems, EncodeJSON(again), EncodeJSON(n))
		}
	}
}

// everything has each kind of value in each kind of place.
const everything = `
Transform: [StarJob, AWS::Serverless-2016-10-31]
Unknown: {big: 123456789012345678901234567890, small: -0.00000000000000000000001, e: 1.5e+300}
Mappings:
  Accounts:
    123456789012: {name: it's}
    "012345678901": {name: "quo\"te"}
Resources:
  Fn::ForEach::Loop:
    - Name
    - [a, b]
    - Queue${Name}: {Type: AWS::SQS::Queue}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Empty: {map: {}, list: [], text: "", "null": null}
      Nested: [[1, [2, []]], {a: [{b: c, d: [e]}]}, [[{}]], !Ref A, !GetAtt A.B.C]
      Script: !Sub |
        #!/bin/sh
          indented

        end
      Clipped: |-
        a
        b
      Spaces: " a\n b"
      Base: !Base64
        Fn::Sub: "${X}"
      Sub: !Sub ["${A}", {A: !ImportValue {"Fn::Sub": "${B}-x"}}]
      If: !If [Yes, !Ref AWS::NoValue, {Ref: X}]
      Form: {"Fn::GetAtt": A.B}
      Dotted: {"Fn::GetAtt": [A, !Ref B]}
      Code: |
        yes

        : no
Outputs:
  Value: {Value: !Join ["", [!Ref A, "\t\u0007\u2028é日本😀"]]}
`
