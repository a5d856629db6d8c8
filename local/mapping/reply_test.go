package mapping

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		reply string
		want  []string
		fails bool // the whole batch
	}{
		{reply: ``},
		{reply: `null`},
		{reply: `{}`},
		{reply: `{"batchItemFailures":[]}`},
		{reply: ` {"batchItemFailures" : [ ] } `},
		{reply: `{"batchItemFailures":null}`},
		{reply: `{"BatchItemFailures":[{"itemIdentifier":"a"}]}`}, // keys are case-sensitive
		{reply: `{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}`, want: []string{"a", "b"}},
		{reply: `{"batchItemFailures":[{"itemIdentifier":"a","more":1}],"else":2}`, want: []string{"a"}},
		{reply: `{"batchItemFailures":[{"itemIdentifier":"x"}]}`, fails: true}, // not in the batch
		{reply: `{"batchItemFailures":[{"itemIdentifier":""}]}`, fails: true},
		{reply: `{"batchItemFailures":[{"itemIdentifier":null}]}`, fails: true},
		{reply: `{"batchItemFailures":[{"itemIdentifier":7}]}`, fails: true},
		{reply: `{"batchItemFailures":[{"ItemIdentifier":"a"}]}`, fails: true},
		{reply: `{"batchItemFailures":[{}]}`, fails: true},
		{reply: `{"batchItemFailures":[null]}`, fails: true},
		{reply: `{"batchItemFailures":"a"}`, fails: true},
		{reply: `[{"itemIdentifier":"a"}]`, fails: true},
		{reply: `"ok"`, fails: true},
		{reply: `{"batchItemFailures":[`, fails: true},
	} {
		got, err := failures([]byte(c.reply), func(id string) bool { return id == "a" || id == "b" })
		if (err != nil) != c.fails || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v", c.reply, got, err)
		}
	}
}

func FuzzFailures(f *testing.F) {
	for _, s := range []string{``, `null`, `{"batchItemFailures":[{"itemIdentifier":"a"}]}`, `{"batchItemFailures":[{"itemIdentifier":""}]}`, `[`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		ids, err := failures(reply, func(id string) bool { return id == "a" })
		if err != nil && ids != nil {
			t.Error("both")
		}
		for _, id := range ids {
			if id != "a" {
				t.Errorf("%q is not in the batch", id)
			}
		}
		if err == nil && len(strings.TrimSpace(string(reply))) > 0 && !json.Valid(reply) {
			t.Errorf("%q counts as success", reply)
		}
	})
}
