package cli

import (
	"testing"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/runtime/wire"
)

func TestIdentifiersDoNotDistinguishErrors(t *testing.T) {
	t.Parallel()
	same := []string{
		"StatusCode: 400, RequestID: 79q1QwbKwr31g6fo, key ledger/0081.json: no such stream",
		"StatusCode: 400, RequestID: tySbpD665mTfD6ga, key ledger/0149.json: no such stream",
	}
	if withoutVariables(same[0]) != withoutVariables(same[1]) {
		t.Errorf("%q and %q differ", withoutVariables(same[0]), withoutVariables(same[1]))
	}
	if withoutVariables("too hot") == withoutVariables("too cold") {
		t.Error("different errors are treated as one")
	}
}

func TestErrorsHaveTheirType(t *testing.T) {
	t.Parallel()
	for want, letter := range map[string]map[string]string{
		"TypeError: x is no function": {wire.AttributeError: "x is no function", wire.AttributeErrorType: "TypeError"},
		"panic: too hot":              {wire.AttributeError: "panic: too hot", wire.AttributeErrorType: "panic"},
		"too hot":                     {wire.AttributeError: "too hot", wire.AttributeErrorType: "*errors.errorString"},
		"too cold":                    {wire.AttributeError: "too cold"},
	} {
		if got := reasonOf(local.DeadLetter{Attributes: letter}, ""); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
