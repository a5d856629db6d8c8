package filter

import "testing"

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		pattern, body string
		want          bool
	}{
		{`{"body":{"a":[1]}}`, `{"a":1,"b":2}`, true},
		{`{"body":{"a":[1]}}`, `{"a":2}`, false},
		{`{"body":{"a":[1]}}`, `{"b":1}`, false},
		{`{"body":{"a":[1]}}`, `plain`, false},
		{`{"body":["plain"]}`, `plain`, true},
		{`{"body":["plain"]}`, `{"a":1}`, false},
		{`{"body":["{\"a\":1}"]}`, `{"a":1}`, false}, // the rule expects a string, and this is JSON
		{`{"body":["[1"]}`, `[1`, true},
		{`{"body":["5"]}`, `5`, true},
		{`{"body":{"a":{"b":["x","y"]}}}`, `{"a":{"b":"y"}}`, true},
		{`{"body":{"a":{"b":["x"]}}}`, `{"a":7}`, false},
		{`{"body":{"a":["x"]}}`, `{"a":["w","x"]}`, true},
		{`{"body":{"a":[null]}}`, `{"a":null}`, true},
		{`{"body":{"a":[null]}}`, `{}`, false},
		{`{"body":{"a":[{"exists":false}]}}`, `{}`, true},
		{`{"body":{"a":[{"exists":true}]}}`, `{"a":0}`, true},
		{`{"body":{"a":{"b":[{"exists":false}]}}}`, `{}`, true},
		{`{"body":{"a":[{"prefix":"ab"}]}}`, `{"a":"abc"}`, true},
		{`{"body":{"a":[{"prefix":"ab"}]}}`, `{"a":5}`, false},
		{`{"body":{"a":[{"suffix":"bc"}]}}`, `{"a":"abc"}`, true},
		{`{"body":{"a":[{"equals-ignore-case":"AB"}]}}`, `{"a":"ab"}`, true},
		{`{"body":{"a":[{"anything-but":["x"]}]}}`, `{"a":"y"}`, true},
		{`{"body":{"a":[{"anything-but":["x"]}]}}`, `{"a":"x"}`, false},
		{`{"body":{"a":[{"anything-but":{"prefix":"x"}}]}}`, `{"a":"xy"}`, false},
		{`{"body":{"a":[{"numeric":[">",0,"<=",5]}]}}`, `{"a":5}`, true},
		{`{"body":{"a":[{"numeric":[">",0,"<=",5]}]}}`, `{"a":6}`, false},
		{`{"body":{"a":[{"numeric":["=",1]}]}}`, `{"a":"1"}`, false},
		{`{"body":{"$or":[{"a":[1]},{"b":[2]}]}}`, `{"b":2}`, true},
		{`{"body":{"$or":[{"a":[1]},{"b":[2]}]}}`, `{"a":2}`, false},
		{`{"body":{"a":{"b":[1]}}}`, `{"a":[{"b":2},{"b":1}]}`, true}, // one object of a list must match
		{`{"body":{"a":{"b":[1],"c":[2]}}}`, `{"a":[{"b":1},{"c":2}]}`, false},
		{`{"body":{"a":[{"exists":true}]}}`, `{"a":[]}`, false},
		{`{"body":{"a":[{"exists":false}]}}`, `{"a":[]}`, true},
		{`{"body":{"a":[{"exists":false}]}}`, `plain`, false},
		{`{"body":{"a":["x"]}}`, `null`, false},
		{`{"body":[{"prefix":"pl"}]}`, `plain`, true},
		{`{"$or":[{"body":{"a":[1]}},{"body":{"b":[2]}}]}`, `{"b":2}`, true},
		{`{"$or":[{"body":{"a":[1]}},{"body":["plain"]}]}`, `plain`, true},
		{`{"eventSource":["aws:sqs"]}`, `{}`, true},
	} {
		p, err := Parse(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		if got := p.Matches(map[string]any{"body": Body(c.body), "eventSource": "aws:sqs"}); got != c.want {
			t.Errorf("%s on %s: got %t", c.pattern, c.body, got)
		}
	}
}

func TestFilterRefusesPatternsThatCannotMatch(t *testing.T) {
	for _, pattern := range []string{
		``, `[]`, `null`, `{"body":1}`, `{"body":{"a":[{"like":"x"}]}}`, `{"body":{"a":[{"numeric":[">"]}]}}`, `{"body":{"$or":[1]}}`, `{"body":{"a":[{"numeric":5}]}}`,
		`{"body":{"a":[]}}`, `{"body":{"$or":[]}}`, `{"body":{"a":[[1]]}}`, `{"body":{"a":[{}]}}`, `{"body":{"a":[{"prefix":1}]}}`, `{"body":{"a":[{"exists":"true"}]}}`,
		`{"body":{"a":[{"anything-but":{"suffix":"x"}}]}}`, `{"body":{"a":[{"anything-but":[]}]}}`, `{"body":{"a":[{"numeric":["!=",1]}]}}`, `{"body":{"a":[{"numeric":["=","1"]}]}}`,
	} {
		if _, err := Parse(pattern); err == nil {
			t.Errorf("%s: no error", pattern)
		}
	}
}

func FuzzFilter(f *testing.F) {
	f.Add(`{"body":{"a":[1,{"prefix":"x"},{"anything-but":["y"]}],"$or":[{"b":[null]},{"c":[{"exists":false}]}]}}`, `{"a":["xy",2,{"z":[]}],"b":null}`)
	f.Add(`{"body":["plain"]}`, `plain`)
	f.Add(`{"body":{"a":{"b":[{"numeric":[">",0,"<=",5]}]}}}`, `{"a":[{"b":3},{"b":[1,2]}]}`)
	f.Fuzz(func(t *testing.T, pattern, text string) {
		parsed, err := Parse(pattern)
		if err != nil {
			return
		}
		record := map[string]any{"body": Body(text)}
		if once := parsed.Matches(record); once != parsed.Matches(record) {
			t.Error("the answer changes")
		}
	})
}
