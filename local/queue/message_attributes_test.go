package queue

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0": true, "-0.000": true, "007": true, "+1": true, ".5": true, "5.": true, "1e3": true, "-1.5E-3": true,
		strings.Repeat("9", 38): true, strings.Repeat("9", 39): false, strings.Repeat("9", 38) + "000": true, "0." + strings.Repeat("1", 39): false,
		"1e126": true, "1.1e126": false, "-1e127": false, "1e-128": true, "9e-129": false, "1e999999999999": false, "1e-999999999999": false, "0e999": true,
		"": false, ".": false, "1.2.3": false, "1e": false, "--1": false, "0x1": false, "1_000": false, "Inf": false, "NaN": false, " 1": false, "1\n": false,
	} {
		if got := isNumber(text); got != want {
			t.Errorf("isNumber(%q) is %t", text, got)
		}
	}
}

// TestInvalidAttributesNextToValidOnes: an entry is refused although it differs from
// the one before only in its mistake.
func TestInvalidAttributesNextToValidOnes(t *testing.T) {
	t.Parallel()
	q := create(t, newService(), "q", nil)
	before, err := q.prepare(&Outgoing{Body: "x", Attributes: map[string]Attribute{"a": {DataType: "String", StringValue: "1"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = q.prepare(&Outgoing{Body: "x", Attributes: map[string]Attribute{"a": {DataType: "String", StringValue: "1", BinaryValue: []byte{}}}}, before)
	wantCode(t, err, sqserr.InvalidParameterValue)
}
