//go:build unix

package layer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const notEncoded = `F GenerateError: generate "a": data cannot be encoded as JSON: `

// unusualCases are like cases, for unusual handlers in one language.
var unusualCases = map[string][]struct {
	name string
	want []string
}{
	"node": {
		{"throwsNothing", []string{"F undefined: undefined"}},
		{"throwsNull", []string{"F object: null"}},
		{"throwsObject", []string{"F object: { code: 7 }"}},
		{"throwsSymbol", []string{"F symbol: Symbol(s)"}},
		{"throwsLocked", []string{"F Error: cannot read the error that was thrown"}},
		{"throwsLoop", []string{"F Error: of itself"}},
		{"throwsFrozen", []string{"F RangeError: cold"}},
		{"throwsHuge", []string{"F RangeError: xxx…"}},
		{"throwsHalf", []string{"F RangeError: half \ufffd"}},
		{"throwsProxy", []string{"F object: {}"}},
		{"dropsNothing", []string{"F Error: dropped (drop 0)"}},
		{"dropsInPromise", []string{"F RangeError: no use (drop 0)"}},
		{"dropsInGroup", []string{"F AggregateError: All promises were rejected (drop 0)"}},
		{"rejectsNothing", []string{"F undefined: undefined"}},
		{"thenable", []string{"D"}},
		{"thenableThrows", []string{"D"}},
		{"thenableLocked", []string{"F RangeError: locked"}},
		{"generator", []string{"F TypeError: the handler returned a generator, which never runs; remove yield from the handler"}},
		{"asyncGenerator", []string{"F TypeError: the handler returned a generator, which never runs; remove yield from the handler"}},
		{"generatorLater", []string{"F TypeError: the handler returned a generator, which never runs; remove yield from the handler"}},
		{"undefinedData", []string{"G a null", "D"}},
		{"notANumber", []string{"G a [null,0,9007199254740994]", "D"}}, // as JSON.stringify does
		{"date", []string{`G a "1970-01-01T00:00:00.000Z"`, "D"}},
		{"badDate", []string{"G a null", "D"}},
		{"functionData", []string{notEncoded + "[Function: data]"}},
		{"cycle", []string{notEncoded + "Converting circular structure to JSON…"}},
		{"throwsInEncoder", []string{notEncoded + "no JSON"}},
		{"throwsTextInEncoder", []string{notEncoded + "{ toJSON: [Function: toJSON] }"}},
		{"generatesInEncoder", []string{"G b null", "G a 1", "D"}},
		{"lockedStep", []string{"G a null", "F GenerateError: generate cannot read the invocation: locked"}},
		{"bareStep", []string{"F GenerateError: generate requires {step, data}…"}},
		{"infiniteDelay", []string{"G a null delay=+Inf", "D"}}, // which the dispatcher refuses
		{"noDelay", []string{`F GenerateError: generate "a": invalid delay: NaN (allowed: a number of seconds)`}},
	},
	"python": {
		{"raisesClass", []string{"F ValueError: ValueError"}},
		{"raisesRude", []string{"F Rude: cannot read the exception that was raised"}},
		{"raisesLoop", []string{"F ValueError: of itself"}},
		{"raisesHuge", []string{"F ValueError: xxx…"}},
		{"raisesHalf", []string{"F ValueError: half \ufffd"}},
		{"raisesInterrupt", []string{"F KeyboardInterrupt: KeyboardInterrupt"}},
		{"raisesStop", []string{"F StopIteration: done"}},
		{"raisesCancelled", []string{"F CancelledError: mine"}},
		{"raisesExit", []string{"F GeneratorExit: GeneratorExit"}},
		{"dropsNothing", []string{"F Error: dropped (drop 0)"}},
		{"dropsInGroup", []string{"F ExceptionGroup: two of them (2 sub-exceptions) (drop 0)"}},
		{"generator", []string{"F TypeError: the handler returned a generator, which never runs; remove yield from the handler"}},
		{"asyncGenerator", []string{"F TypeError: the handler returned a generator, which never runs; remove yield from the handler"}},
		{"bigNumber", []string{"G a 9007199254740993", "D"}},
		{"hugeNumber", []string{notEncoded + "Exceeds the limit (4300 digits)…"}},
		{"date", []string{notEncoded + "Object of type datetime is not JSON serializable"}},
		{"decimal", []string{notEncoded + "Object of type Decimal is not JSON serializable"}},
		{"bytes", []string{notEncoded + "Object of type bytes is not JSON serializable"}},
		{"keys", []string{`G a {"1":null,"null":true,"1.5":2}`, "D"}},
		{"nan", []string{notEncoded + "Out of range float values are not JSON compliant…"}},
		{"cycle", []string{notEncoded + "Circular reference detected"}},
		{"nested", []string{notEncoded + "maximum recursion depth exceeded…"}},
		{"raisesInEncoder", []string{"F KeyError: 'no items'"}},
		{"infiniteDelay", []string{"G a null delay=+Inf", "D"}},
		{"hugeDelay", []string{"G a null delay=+Inf", "D"}},
		{"noDelay", []string{`F GenerateError: generate "a": invalid delay: nan (allowed: a number of seconds)`}},
		{"ownLoop", []string{"G a null", "G b null", "D"}},
		{"ownLoopAwaited", []string{"G a null", "D"}},
		{"ownLoopRefused", []string{"G bad null", "F GenerateError: there is no step bad"}},
	},
}

// TestUnusualErrorsAndData: for any behavior of a handler, the host reports the outcome
// of its item once.
func TestUnusualErrorsAndData(t *testing.T) {
	t.Parallel()
	for _, v := range []variant{{node, "node", "odd.handler", nil}, {python, "python", "odd.handler", nil}} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			d := v.start(t, v.handler)
			for i, c := range unusualCases[v.name] {
				got := d.run(uint32(i), fmt.Sprintf(`{"case":%q}`, c.name))
				if got[0] == "F KeyError: 'not in this version'" {
					continue
				}
				if !slices.EqualFunc(got, c.want, v.like) {
					t.Errorf("%s: got\n\t%.300s\nwant\n\t%s", c.name, strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
				}
			}
		})
	}
}
