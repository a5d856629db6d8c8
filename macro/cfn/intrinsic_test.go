package cfn

import (
	"strconv"
	"testing"
)

func TestAsGetAttReadsBothForms(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"!GetAtt A.B.C": "A B.C true", "{Fn::GetAtt: A.B.C}": "A B.C true", "!GetAtt [A, B, C]": "A B.C true",
		"!GetAtt A": "  false", "!GetAtt [A]": "  false", "!GetAtt [A, !Ref B]": "  false", "!Ref A": "  false", "{Fn::GetAtt: null}": "  false",
	} {
		id, attribute, ok := parse(t, "Key: "+source).Get("Key").AsGetAtt()
		if !ok {
			id, attribute = "", ""
		}
		if got := id + " " + attribute + " " + strconv.FormatBool(ok); got != want {
			t.Errorf("AsGetAtt of %s is %q, want %q", source, got, want)
		}
	}
	if name, ok := Ref("a").AsRef(); name != "a" || !ok {
		t.Error("AsRef misses a Ref")
	}
	if _, ok := Sub("a").AsRef(); ok {
		t.Error("AsRef takes Fn::Sub")
	}
}

// TestIntrinsicRecognizesCalls distinguishes calls from maps that happen to have a
// single key.
func TestIntrinsicRecognizesCalls(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"!Ref a": true, "{Condition: a}": true, "{Ref: !Sub a}": true, "{Ref: {Ref: a}}": true, "{Fn::Any: null}": true,
		"{Fn::ForEach::L: []}": false, "{Ref: null}": false, "{Ref: {}}": false, "{Ref: {Handler: a}}": false, "{Condition: {StringEquals: {a: b}}}": false, "{Ref: [a]}": false,
		"{Ref: a, b: c}": false, "{ref: a}": false, "a": false, "[]": false, "{}": false,
	} {
		if _, _, call := parse(t, "Key: "+source).Get("Key").Intrinsic(); call != want {
			t.Errorf("%s is taken for a call: %t", source, call)
		}
	}
}
