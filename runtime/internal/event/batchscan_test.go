package event

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// lambdas is an event as Lambda writes it.
const lambdas = `{"Records":[{"messageId":"059f36b4","receiptHandle":"AQEB+/=","body":"{\"a\":\"\\u00e9\\n\",\"b\":\"é\"}","attributes":{"ApproximateReceiveCount":"2","SentTimestamp":"1545082649183","SenderId":"AIDA","ApproximateFirstReceiveTimestamp":"1545082649185"},"messageAttributes":{"z":{"stringValue":"v","stringListValues":[],"binaryListValues":[],"dataType":"String"},"star.depth":{"stringValue":"3","stringListValues":[],"binaryListValues":[],"dataType":"Number"}},"md5OfMessageAttributes":null,"md5OfBody":"e4e6","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:work","awsRegion":"eu-west-1"},{"messageId":"2","receiptHandle":"r","body":"1","attributes":{"MessageGroupId":"g","SequenceNumber":"1","MessageDeduplicationId":"d","AWSTraceHeader":"t","DeadLetterQueueSourceArn":"x"},"messageAttributes":{},"md5OfBody":"","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:work.fifo","awsRegion":"eu-west-1"}]}`

func TestScanReadsWhatLambdaWrites(t *testing.T) {
	t.Parallel()
	for _, event := range []string{
		lambdas, strings.NewReplacer(`,"`, " ,\n\t\"", `":`, `" : `, `},`, "} ,").Replace(lambdas), batchOf("", "1", `"\ud83d\ude00"`),
	} {
		if _, ok := scan([]byte(event)); !ok {
			t.Errorf("not read: %s", event)
		}
		wantParity(t, event)
	}
}

// batchOf returns an event whose keys are not in Lambda's order. With a group
// it comes from a FIFO queue.
func batchOf(group string, bodies ...string) string {
	type object = map[string]any
	var records []object
	for i, body := range bodies {
		attributes := object{"ApproximateReceiveCount": "1", "SentTimestamp": "1700000000123"}
		arn := "arn:aws:sqs:eu-central-1:1:work"
		if group != "" {
			attributes["MessageGroupId"], arn = group, arn+".fifo"
		}
		records = append(records, object{
			"messageId": strconv.Itoa(i), "receiptHandle": "r", "body": body, "eventSource": "aws:sqs",
			"eventSourceARN": arn, "attributes": attributes, "messageAttributes": object{},
		})
	}
	event, err := json.Marshal(object{"Records": records})
	if err != nil {
		panic(err)
	}
	return string(event)
}

// wantParity checks that scan reports false, or reads the same as encoding/json.
func wantParity(t *testing.T, event string) {
	t.Helper()
	got, ok := scan([]byte(event))
	if !ok {
		return
	}
	want, fromQueue, err := decodeAny([]byte(event))
	if err != nil || !fromQueue {
		t.Fatalf("%s: scan reads what decode does not: %v", event, err)
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d messages, want %d", event, len(got), len(want))
	}
	for i := range got {
		if len(got[i].Attributes) == 0 {
			got[i].Attributes = nil
		}
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("%s: message %d is\n%+v, want\n%+v", event, i, got[i], want[i])
		}
	}
}

func TestScanRejectsUnknownForms(t *testing.T) {
	t.Parallel()
	for old, replacement := range map[string]string{
		`"messageId":"2"`:                  `"messageId":"2","messageId":"3"`,
		`"body":"1"`:                       `"Body":"1"`,
		`"receiptHandle":"r"`:              `"receiptHandle":7`,
		`"awsRegion":"eu-west-1"}]`:        `"awsRegion":"eu-west-1","new":1}]`,
		`"stringValue":"v"`:                `"binaryValue":"dg=="`,
		`"SequenceNumber":"1"`:             `"SequenceNumber":"1","sequencenumber":"2"`,
		`"z":{`:                            `"star.depth":{`,
		`"eventSource":"aws:sqs"`:          `"eventSource":"aws:sns"`,
		`]}`:                               `],"more":1}`,
		`"body":"1",`:                      ``,
		`"receiptHandle":"r",`:             "\"receiptHandle\":\"\x01\",",
		`"body":"1" `:                      ``,
		`"md5OfMessageAttributes":null`:    `"md5OfMessageAttributes":nil`,
		`"stringListValues":[]`:            `"stringListValues":["a"]`,
		`"body":"{\"a\":\"\\u00e9\\n\",`:   `"body":"{\"a\":\"\x\\n\",`,
		`"MessageGroupId":"g"`:             `"MessageGroupId":null`,
		`"messageAttributes":{},`:          `"messageAttributes":{,},`,
		`{"Records":[`:                     `{"records":[`,
		`"receiptHandle":"AQEB+/=","body"`: `"receiptHandle":"AQEB+/=",,"body"`,
	} {
		wantParity(t, strings.ReplaceAll(lambdas, old, replacement))
	}
	for _, more := range []string{"\x00", "\x00\"", "{}", ","} {
		if _, ok := scan([]byte(lambdas + more)); ok {
			t.Errorf("read with %q behind it", more)
		}
	}
	for n := range len(lambdas) {
		if _, ok := scan([]byte(lambdas[:n])); ok {
			t.Errorf("read although it is cut off: %s", lambdas[:n])
		}
	}
}

// FuzzScan checks that scan reports false, or reads the same as encoding/json.
func FuzzScan(f *testing.F) {
	f.Add(lambdas)
	f.Add(lambdas + "\x00")
	f.Add(batchOf("", "1", "\xff", `{"a":"\u0000\ud800"}`))
	f.Add(batchOf("a", `"a1"`, `"a2"`))
	f.Fuzz(wantParity)
}

func BenchmarkDecode(b *testing.B) {
	text := []byte(lambdas)
	for name, decode := range map[string]func([]byte) ([]Message, bool, error){"scan": Decode, "any": decodeAny} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				decode(text)
			}
		})
	}
}
