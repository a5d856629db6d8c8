package cfn

import "testing"

// TestOrElseReplacesNoValue covers null, AWS::NoValue and branches of Fn::If.
func TestOrElseReplacesNoValue(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"null":                                "1",
		"!Ref AWS::NoValue":                   "1",
		"!Ref Other":                          "!Ref Other",
		"!If [C, 2, !Ref AWS::NoValue]":       "!If [C, 2, 1]",
		"!If [C, null, !If [D, null, 3]]":     "!If [C, 1, !If [D, 1, 3]]",
		"!If [C, null]":                       "!If [C, null]",
		"[!Ref AWS::NoValue]":                 "[!Ref AWS::NoValue]",
		"!If [C, {A: !Ref AWS::NoValue}, []]": "!If [C, {A: !Ref AWS::NoValue}, []]",
	} {
		n := parse(t, "Key: "+source).Get("Key")
		before := n.Clone()
		got, want := n.OrElse(NewInt(1)), parse(t, "Key: "+want).Get("Key")
		if !got.Equal(want) || !n.Equal(before) {
			t.Errorf("%s becomes %s, want %s", source, EncodeJSON(got), EncodeJSON(want))
		}
		if n.MayBeNothing() == got.Equal(n) {
			t.Errorf("%s may be nothing: %t", source, n.MayBeNothing())
		}
	}
	if got := (*Node)(nil).OrElse(NewInt(1)); !got.Equal(NewInt(1)) {
		t.Errorf("what is missing becomes %s", EncodeJSON(got))
	}
}
