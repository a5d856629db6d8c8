//go:build unix

package layer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// variant is a kind of handlers. All of them have the same cases.
type variant struct {
	language
	name, handler string
	errors        map[string]string // names of errors: JavaScript's -> the language's
}

var pythonErrors = map[string]string{"RangeError": "ValueError", "SyntaxError": "JSONDecodeError"}

var (
	variants = []variant{
		{node, "node", "cases.handler", nil},
		{python, "python", "plain.handler", pythonErrors},
		{python, "python/async", "coroutines.handler", pythonErrors},
	}
	// loadedOtherwise have other ways of loading, and run like the others.
	loadedOtherwise = []variant{
		{node, "node/module", "module.handler", nil},
		{python, "python/decorated", "decorated.handler", pythonErrors},
	}
)

// each runs a test for all kinds of handlers, in parallel.
func each(t *testing.T, test func(*testing.T, variant), more ...variant) {
	t.Parallel()
	for _, v := range slices.Concat(variants, more) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			test(t, v)
		})
	}
}

// like reports whether a frame is the one that a case expects. … at the end matches any
// rest.
func (v variant) like(got, want string) bool {
	for js, own := range v.errors {
		want = strings.Replace(want, "F "+js+":", "F "+own+":", 1)
	}
	if start, open := strings.CutSuffix(want, "…"); open {
		return strings.HasPrefix(got, start)
	}
	return got == want
}

// cases are the names of functions in each language, with the frames that are expected of
// them. Not all make sense in all languages.
var cases = []struct {
	name string
	only string // the kinds of handlers, all if empty
	want []string
}{
	{"done", "", []string{"D"}},
	{"plain", "node", []string{"D"}},
	{"throws", "", []string{"F TypeError: boom"}},
	{"rejects", "node", []string{"F TypeError: boom"}},
	{"own", "", []string{"F Own: mine"}},
	{"string", "node", []string{"F string: text"}},
	{"sysExits", "python", []string{"F SystemExit: the handler called sys.exit(3)"}},
	{"exitsOutside", "async", []string{"D"}},
	{"drops", "", []string{"F RangeError: no use (drop 0)"}},
	{"dropsText", "", []string{"F Error: no use (drop 0)"}},
	{"dropsCause", "", []string{"F Own: outer (drop 0)"}},
	{"dropsInRetry", "", []string{"F Error: no use (drop 0)"}},
	{"retriesInDrop", "", []string{"F Error: later (drop 0)"}},
	{"retriesTwice", "", []string{"F Error: later (retryAfter 5)"}},
	{"retries", "", []string{"F RangeError: later (retryAfter 90)"}},
	{"retriesBadly", "", []string{"F TypeError: retr…"}},
	{"retriesNever", "node", []string{"F TypeError: retryAfter requires a finite number…"}},
	{"retriesNever", "python", []string{"F ValueError: retry_after requires a finite number…"}},
	{"generates", "", []string{`G a {"n":1}`, "G b null delay=1.5 group=g", "D"}},
	{"list", "", []string{"G a 1", "G b []", "D"}},
	{"empty", "", []string{"D"}},
	{"order", "", []string{"G a 0", "G a 1", "G a 2", "G a 3", "G a 4", "D"}},
	{"unawaited", "node async", []string{"G a 0", "G a 1", "G a 2", "D"}},
	{"snapshot", "node async", []string{`G a {"n":1}`, "D"}},
	{"refused", "", []string{"G bad null", "F GenerateError: there is no step bad"}},
	{"refusedInList", "", []string{"G bad1 null", "G a null", "G bad2 null", "F GenerateError: there is no step bad1"}},
	{"caught", "", []string{"G bad null", `G a [true,"GenerateError","UnknownStep","bad"]`, "D"}},
	{"caughtLate", "node async", []string{"G bad null", "G a null", "D"}},
	{"unhandled", "node async", []string{"G bad null", "F GenerateError: there is no step bad"}},
	{"unhandledAll", "node async", []string{"G a null", "G bad null", "F GenerateError: there is no step bad"}},
	{"unhandledInThread", "python", []string{"G bad null", "F GenerateError: there is no step bad"}},
	{"ownErrorWins", "node async", []string{"G bad null", "F TypeError: boom"}},
	{"notJSON", "", []string{`F GenerateError: generate "a": data cannot be encoded as JSON: …`}},
	{"notJSONUnhandled", "node async", []string{`F GenerateError: generate "a": data cannot be encoded as JSON: …`}},
	{"notANumber", "python", []string{`F GenerateError: generate "a": data cannot be encoded as JSON: …`}},
	{"notAnInvocation", "", []string{"F GenerateError: generate requires {…"}},
	{"badDelay", "", []string{`F GenerateError: generate "a": invalid delay: '5' (allowed: a number of seconds)`}},
	{"badGroup", "", []string{`F GenerateError: generate "a": invalid group: 5 (allowed: a string)`}},
	{"forks", "python", []string{"G a 7", "D"}},
	{"throwsOutside", "python", []string{"D"}},
	{"contextShown", "node", []string{`G a [true,{"job":"Job","step":"step","messageId":"m-…`, "D"}},
}

// has reports whether a case is for this kind of handlers.
func (v variant) has(only string) bool {
	return only == "" || slices.ContainsFunc(strings.Fields(only), func(word string) bool {
		return strings.Contains(v.name, word) || word == "async" && v.name == "python/decorated"
	})
}

func TestOutcomesOfHandlers(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		for i, c := range cases {
			if !v.has(c.only) {
				continue
			}
			got := d.run(uint32(i), fmt.Sprintf(`{"case":%q}`, c.name))
			if !slices.EqualFunc(got, c.want, v.like) {
				t.Errorf("%s: got\n\t%s\nwant\n\t%s", c.name, strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		}
	}, loadedOtherwise...)
}

func TestDataOfItems(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		mega := strings.Repeat("0123456789abcdef", 1<<16)
		for i, c := range []struct{ data, want string }{
			{`{x`, "F SyntaxError: the item is not JSON: …"},
			{``, "F SyntaxError: the item is not JSON: …"},
			{`{"case":"echo","value":"h\u00e9llo \ud83d\ude00"}`, `G a "héllo 😀"`},
			{`{"case":"echo","value":"\u2028\ufffe\u0000"}`, "G a \"\u2028\ufffe\\u0000\""},
			{`{"case":"echo","value":"half \ud800"}`, `G a "half \ud800"`},
			{"{\"case\":\"echo\",\"value\":\"broken \xff\"}", "G a \"broken \ufffd\""},
			{`{"case":"length","value":"` + mega + `"}`, "G a 1048576"},
			{`{"case":"echo","value":"` + mega + `"}`, `G a "` + mega + `"`},
			{`{"case":"context"}`, "G a " + fmt.Sprintf(`["Job","step","m-%d",2,3,1700000000123,"r",false,true]`, 8)},
		} {
			if got := d.run(uint32(i), c.data)[0]; !v.like(got, c.want) {
				t.Errorf("%.100s: got %.200s, want %.200s", c.data, got, c.want)
			}
		}
	})
}
