package arn

import "testing"

func TestFunctionName(t *testing.T) {
	for _, reference := range []string{
		"f", "f:$LATEST", "f:live", "000000000000:function:f", "function:f:live",
		"arn:aws:lambda:us-east-1:000000000000:function:f", "arn:aws:lambda:us-east-1:000000000000:function:f:7",
	} {
		if got := FunctionName(reference); got != "f" {
			t.Errorf("%s: got %q", reference, got)
		}
	}
}
