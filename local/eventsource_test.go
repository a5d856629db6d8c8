//go:build unix

package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// The tests of this file test event source mappings with functions that are
// processes.

func init() {
	programs["batch"] = func() { // prints what is in each batch
		lambda.Start(func(e json.RawMessage) error {
			var event events.SQSEvent
			if err := json.Unmarshal(e, &event); err != nil {
				return err
			}
			fmt.Println("batch:", len(event.Records), len(e))
			return nil
		})
	}
	programs["verdict"] = func() { lambda.Start(replyWithBody) }
	programs["loop"] = func() { lambda.Start(loop) }
}

// replyWithBody answers with the body of its messages, in which ID1 and ID2 are
// replaced by the IDs of the messages.
func replyWithBody(e events.SQSEvent) (io.Reader, error) {
	reply := e.Records[0].Body
	switch reply {
	case "error":
		return nil, errors.New("no such bucket")
	case "exit":
		os.Exit(1)
	case "nothing":
		reply = ""
	}
	for i, m := range e.Records {
		reply = strings.ReplaceAll(reply, fmt.Sprint("ID", i+1), m.MessageId)
	}
	return strings.NewReader(reply), nil
}

// loop sends the message on as the SDK does, with its number decreased.
func loop(ctx context.Context, e events.SQSEvent) error {
	n, err := strconv.Atoi(e.Records[0].Body)
	if n == 0 || err != nil {
		return err
	}
	client := sqs.New(sqs.Options{
		Region: os.Getenv("AWS_REGION"), BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_SQS")),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	_, err = client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(os.Getenv("QUEUE")), MessageBody: aws.String(strconv.Itoa(n - 1))})
	return err
}

// batches collects what the program "batch" prints.
type batches struct {
	mu      sync.Mutex
	records []int
	bytes   []int
}

func (b *batches) log(l Line) {
	var records, bytes int
	if n, _ := fmt.Sscanf(l.Text, "batch: %d %d", &records, &bytes); n == 2 {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.records, b.bytes = append(b.records, records), append(b.bytes, bytes)
	}
}

// startMapping starts a queue, its dead-letter queue and a function, with an event
// source mapping that has some properties. A message that
// fails is dead-lettered after that many seconds.
func startMapping(t *testing.T, o Options, seconds int, function, mapping string) *Stack {
	t.Helper()
	return startTemplate(t, strings.ReplaceAll(`
Resources:
  Dead: {Type: AWS::SQS::Queue}
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: SECONDS, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}}}
  Function: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: SECONDS, `+function+`}}
  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Function, `+mapping+`}}
`, "SECONDS", strconv.Itoa(seconds)), o)
}

// drained sends messages and waits until each has succeeded or is dead-lettered.
func drained(t *testing.T, s *Stack, bodies ...string) Snapshot {
	t.Helper()
	for _, body := range bodies {
		if err := s.Send("Work", body); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

func TestBatchesOfAProcess(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		mapping string
		bodies  []string
		want    []int // records in each batch; nil where that is not certain
	}{
		"the batch is full":     {"BatchSize: 3, MaximumBatchingWindowInSeconds: 300", []string{"a", "b", "c", "d", "e", "f"}, []int{3, 3}},
		"the window ends":       {"BatchSize: 3, MaximumBatchingWindowInSeconds: 1", []string{"a"}, []int{1}},
		"one by one":            {"BatchSize: 1", []string{"a", "b"}, []int{1, 1}},
		"the event is full":     {"BatchSize: 11, MaximumBatchingWindowInSeconds: 1", slices.Repeat([]string{large}, 8), nil},
		"filters leave nothing": {`FilterCriteria: {Filters: [{Pattern: '{"body":{"a":[1]}}'}]}`, []string{`{"a":2}`, "plain", `{"b":1}`}, []int{}},
		"filters leave one":     {`BatchSize: 1, FilterCriteria: {Filters: [{Pattern: '{"body":{"a":[1]}}'}, {Pattern: '{"body":["plain"]}'}]}`, []string{`{"a":2}`, "plain", `{"a":1}`}, []int{1, 1}},
		"another form":          {`FilterCriteria: {Filters: [{Pattern: '{"body":["{\"a\":1}"]}'}]}`, []string{`{"a":1}`}, []int{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var printed batches
			o := options(t, "batch")
			o.Log = printed.log
			now := drained(t, startMapping(t, o, 100, "MemorySize: 128", c.mapping), c.bodies...)
			sum := 0
			for i, n := range printed.records {
				if sum += n; printed.bytes[i] > 6<<20 {
					t.Errorf("an event of %d bytes", printed.bytes[i])
				}
			}
			if c.want != nil && !slices.Equal(printed.records, c.want) || c.want == nil && len(printed.records) < 2 {
				t.Errorf("batches of %v, want %v", printed.records, c.want)
			}
			m := now.Mappings["Mapping"]
			if m.Received != sum || m.Succeeded != sum || m.Filtered != len(c.bodies)-sum || now.Queues["Dead"].Arrived > 0 {
				t.Errorf("%+v", m)
			}
		})
	}
}

// TestRepliesOfAProcess has batches of two messages, and a queue for each reply.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func TestRepliesOfAProcess(t *testing.T) {
	t.Parallel()
	const item = `{"itemIdentifier":"ID1"}`
	cases := []struct {
		reply        string
		failed, lost int // lost with the whole invocation or reply
	}{
		{`nothing`, 0, 0}, {`null`, 0, 0}, {`{}`, 0, 0}, {`{"batchItemFailures":[]}`, 0, 0}, {`{"batchItemFailures":null}`, 0, 0},
		{`{"BatchItemFailures":[` + item + `]}`, 0, 0}, {`{"other":1}`, 0, 0},
		{`{"batchItemFailures":[` + item + `]}`, 1, 0}, {`{"batchItemFailures":[` + item + `,` + item + `]}`, 1, 0},
		{`{"batchItemFailures":[` + item + `,{"itemIdentifier":"ID2"}]}`, 2, 0}, {`{"batchItemFailures":[{"itemIdentifier":"ID1","more":1}]}`, 1, 0},
		{`not JSON`, 2, 2}, {`{"batchItemFailures":[`, 2, 2}, {`[]`, 2, 2}, {`"text"`, 2, 2}, {`{"batchItemFailures":"ID1"}`, 2, 2},
		{`{"batchItemFailures":["ID1"]}`, 2, 2}, {`{"batchItemFailures":[null]}`, 2, 2}, {`{"batchItemFailures":[{}]}`, 2, 2},
		{`{"batchItemFailures":[{"itemIdentifier":""}]}`, 2, 2}, {`{"batchItemFailures":[{"itemIdentifier":null}]}`, 2, 2},
		{`{"batchItemFailures":[{"itemIdentifier":1}]}`, 2, 2}, {`{"batchItemFailures":[{"foo":"ID1"}]}`, 2, 2},
		{`{"batchItemFailures":[{"ItemIdentifier":"ID1"}]}`, 2, 2}, {`{"batchItemFailures":[` + item + `,{"itemIdentifier":"unknown"}]}`, 2, 2},
		{`error`, 2, 2}, {`exit`, 2, 2},
	}
	template := `
Resources:
  Dead: {Type: AWS::SQS::Queue}
  Function: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: 5}}
`
	for i := range cases {
		template += strings.ReplaceAll(`
  Work#: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 5, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}}}
  Mapping#:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      {EventSourceArn: !GetAtt Work#.Arn, FunctionName: !Ref Function, BatchSize: 2, MaximumBatchingWindowInSeconds: 300, FunctionResponseTypes: [ReportBatchItemFailures]}
`, "#", strconv.Itoa(i))
	}
	s := startTemplate(t, template, options(t, "verdict"))
	if err := s.Ready(t.Context()); err != nil { // so that no exit counts as a failed start
		t.Fatal(err)
	}
	dead := 0
	for i, c := range cases {
		for range 2 {
			if err := s.Send(fmt.Sprint("Work", i), c.reply); err != nil {
				t.Fatal(err)
			}
		}
		dead += c.failed
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := s.Snapshot()
	for i, c := range cases {
		want := MappingState{Received: 2, Succeeded: 2 - c.failed, Failed: c.failed, Crashed: c.lost}
		if got := now.Mappings[fmt.Sprint("Mapping", i)]; got != want {
			t.Errorf("%s: %+v, want %+v", c.reply, got, want)
		}
	}
	if got := now.Queues["Dead"].Waiting; got != dead {
		t.Errorf("%d are dead, want %d", got, dead)
	}
}

func TestRecursiveLoopsOfAProcessAreStopped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setting string
		hops    int
		want    MappingState
	}{
		{"RecursiveLoop: Allow", 41, MappingState{Received: 41, Succeeded: 41}},
		{"RecursiveLoop: Terminate", 16, MappingState{Received: 16, Succeeded: 16, Stopped: 1}},
		{"MemorySize: 128", 16, MappingState{Received: 16, Succeeded: 16, Stopped: 1}},
	} {
		t.Run(c.setting, func(t *testing.T) {
			t.Parallel()
			explained := make(chan string, 1)
			o := options(t, "loop")
			o.Log = func(l Line) {
				if strings.Contains(l.Text, "RecursiveInvocationException") {
					explained <- l.Text
				}
			}
			s := startMapping(t, o, 3, c.setting+", Environment: {Variables: {QUEUE: !Ref Work}}", "BatchSize: 1")
			if err := s.Ready(t.Context()); err != nil { // so that no cold start takes too long
				t.Fatal(err)
			}
			now := drained(t, s, "40")
			if m := now.Mappings["Mapping"]; m != c.want || now.Functions["Function"].Invocations != c.hops || now.Queues["Dead"].Arrived != c.want.Stopped {
				t.Errorf("%+v", m)
			}
			if len(explained) != c.want.Stopped || len(explained) > 0 && !strings.Contains(<-explained, "set the function's property RecursiveLoop to Allow") {
				t.Error("the log does not explain it")
			}
		})
	}
}
