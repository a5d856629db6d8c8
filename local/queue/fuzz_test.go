package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzActions throws requests at all actions: each is done, or refused with an
// error of SQS's, and no message that comes back is one that SQS would not take.
func FuzzActions(f *testing.F) {
	names := slices.Sorted(maps.Keys(actions))
	for i := range names {
		f.Add(uint8(i), []byte(`{"QueueUrl":"q","QueueName":"q2","MessageBody":"b","ReceiptHandle":"AAAA","VisibilityTimeout":1,"Tags":{"a":"b"},"TagKeys":["a"]}`))
		f.Add(uint8(i), []byte(`{"QueueUrl":"http://x/q.fifo","MessageBody":"\ud83d\ude00","MessageGroupId":"g","MessageDeduplicationId":"d","Entries":[{"Id":"1","MessageBody":"\\","ReceiptHandle":"x","MessageGroupId":"g"}],"Attributes":{"VisibilityTimeout":"0"}}`))
		f.Add(uint8(i), []byte(`{"MaxResults":1,"NextToken":"cQ==","QueueNamePrefix":"q","QueueUrl":"q","MessageAttributeNames":["a.*"],"AttributeNames":["All"],"MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AAA="}}}`))
	}
	f.Fuzz(func(t *testing.T, i uint8, body []byte) {
		s := newService()
		create(t, s, "q", nil)
		create(t, s, "q.fifo", attrs{"FifoQueue": "true"})
		// Nothing waits in a context that is over.
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		out, err := actions[names[int(i)%len(names)]](s, ctx, body)
		var refusal *Error
		if err != nil && !errors.Is(err, context.Canceled) && !errors.As(err, &refusal) {
			t.Fatalf("%v is no error of SQS's", err)
		}
		if _, err := json.Marshal(out); err != nil {
			t.Fatal(err)
		}
		for _, q := range s.queues {
			for _, m := range receiveFor(t, q, 20, 0, 0) {
				if !utf8.ValidString(m.Body) || !allowed(m.Body) || m.Body == "" {
					t.Fatalf("%q was taken", m.Body)
				}
			}
		}
	})
}

// FuzzHandle deletes with made-up handles: only the true one deletes.
func FuzzHandle(f *testing.F) {
	s := newService()
	q := create(f, s, "q", nil)
	send(f, q, "b")
	m := one(f, q)
	f.Add(m.ReceiptHandle)
	f.Add(m.ReceiptHandle + "=")
	f.Add(strings.Repeat("A", 32))
	f.Fuzz(func(t *testing.T, handle string) {
		if handle == m.ReceiptHandle {
			return
		}
		_ = q.Delete(handle)
		wantStats(t, q, 0, 1, 0)
	})
}

// FuzzSurrogates compares with what encoding/json makes of half a character.
func FuzzSurrogates(f *testing.F) {
	for _, s := range []string{`"\ud83d\ude00"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\\ud83d"`, `"\\\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\ufffd"`, `"a\n\u0041"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var text string
		if !utf8.Valid(b) || json.Unmarshal(b, &text) != nil {
			surrogatesPaired(b) // must not panic
			return
		}
		if strings.Contains(strings.ToLower(string(b)), `\ufffd`) || bytes.ContainsRune(b, utf8.RuneError) {
			return // the replacement character itself was meant
		}
		if mended := strings.ContainsRune(text, utf8.RuneError); mended == surrogatesPaired(b) {
			t.Errorf("%s decodes to %q, and is taken for paired: %t", b, text, !mended)
		}
	})
}
