package cli

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/runtime/wire"
)

func TestIdentifiersDoNotTellErrorsApart(t *testing.T) {
	t.Parallel()
	kind := func(reason string) string { return identifiers.ReplaceAllString(reason, "…") }
	same := []string{
		"StatusCode: 400, RequestID: 79q1QwbKwr31g6fo, key ledger/0081.json: no such stream",
		"StatusCode: 400, RequestID: tySbpD665mTfD6ga, key ledger/0149.json: no such stream",
	}
	if kind(same[0]) != kind(same[1]) {
		t.Errorf("%q and %q differ", kind(same[0]), kind(same[1]))
	}
	if kind("too hot") == kind("too cold") {
		t.Error("different errors are taken for one")
	}
}

func TestErrorsAreNamed(t *testing.T) {
	t.Parallel()
	for want, letter := range map[string]map[string]string{
		"TypeError: x is no function": {wire.AttributeError: "x is no function", wire.AttributeErrorType: "TypeError"},
		"panic: too hot":              {wire.AttributeError: "panic: too hot", wire.AttributeErrorType: "panic"},
		"too hot":                     {wire.AttributeError: "too hot", wire.AttributeErrorType: "*errors.errorString"},
		"too cold":                    {wire.AttributeError: "too cold"},
	} {
		if got := reasonOf(local.Letter{Attributes: letter}, ""); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestManyErrorsAreCutShort(t *testing.T) {
	t.Parallel()
	groups := make([]deadGroup, mostGroups+2)
	for i := range groups {
		groups[i] = deadGroup{Step: "work", Error: "e", Count: 3, Body: "{}"}
	}
	var b strings.Builder
	writeDead(&b, groups)
	if got := b.String(); strings.Count(got, "3 dead letters of step work") != mostGroups || !strings.Contains(got, "and 6 dead letters with other errors") {
		t.Errorf("got %s", got)
	}
}
