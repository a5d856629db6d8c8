package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// The reader must read requests of the SDK itself; the fuzz test below would not
// notice a reader that always leaves the input to encoding/json.
func TestReaderReadsBatches(t *testing.T) {
	t.Parallel()
	sends := `{"Entries":[{"DelaySeconds":1,"Id":"a","MessageAttributes":{"k":{"DataType":"String","StringValue":"]}\""}},"MessageBody":"{\"a\":[1]}"},{"Id":"b","MessageBody":"x","MessageGroupId":"g","MessageDeduplicationId":"d","MessageSystemAttributes":{}}],"QueueUrl":"q"}`
	receipts := ` { "Entries" : [ {"Id":"a","ReceiptHandle":"h","VisibilityTimeout":0} ] , "QueueUrl":"q" } `
	if !(&sendMessageBatchInput{}).read(&reader{sends}) || !(&receiptBatchInput{}).read(&reader{receipts}) {
		t.Error("a batch was left to encoding/json")
	}
}

// FuzzReader compares the reader with encoding/json: input that it accepts must have
// the same meaning.
func FuzzReader(f *testing.F) {
	for _, body := range []string{
		`{"QueueUrl":"q","Entries":[{"Id":"a","MessageBody":"\u00e9\n","DelaySeconds":null,"MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AAA="}}}]}`,
		`{"Entries":[{"Id":"a","ReceiptHandle":"h","VisibilityTimeout":30},{}],"QueueUrl":"q"}`,
		`{"Entries":[],"QueueUrl":"p","QueueUrl":"q"}`, `{"entries":[{"id":"a"}]}`, `{"Entries":[{"Id":1}]}`, `{"Entries":null}`, `{"QueueUrl":"q"} {}`,
		`{"Entries":[{"Id":"a"}],"Entries":[{"MessageBody":"b"}]}`, `{"Entries":[{"Id":"a",}]}`, `{"Entries":[{"DelaySeconds":1 2}]}`, `{"QueueUrl":"`,
		`{"Entries":[` + strings.Repeat(`{},`, 11) + `{}]}`, "{\"QueueUrl\":\"\x01\"}",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		sameAsJSON(t, body, new(sendMessageBatchInput), new(sendMessageBatchInput))
		sameAsJSON(t, body, new(receiptBatchInput), new(receiptBatchInput))
	})
}

func sameAsJSON(t *testing.T, body []byte, got inputReader, want any) {
	t.Helper()
	if !utf8.Valid(body) || !got.read(&reader{string(body)}) {
		return // decode has refused the one, and asks encoding/json for the other
	}
	if err := json.Unmarshal(body, want); err != nil {
		t.Fatalf("%q was taken: %v", body, err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: got %+v, want %+v", body, got, want)
	}
}
