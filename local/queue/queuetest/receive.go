package queuetest

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var receiveCases = map[string]func(probe){
	"ReceiveMessage/nothing":            receiveNothing,
	"ReceiveMessage/visibility":         receiveTwice,
	"ReceiveMessage/no visibility":      receiveVisible,
	"ReceiveMessage/system attributes":  receiveSystem,
	"ReceiveMessage/system selection":   receiveSystemSelection,
	"ReceiveMessage/message attributes": receiveSelection,
	"ReceiveMessage/bounds":             receiveBounds,
	"ReceiveMessage/long poll":          receiveLongPoll,
	"ReceiveMessage/long poll ends":     receiveLongPollEnds,
	"ReceiveMessage/queue's wait":       receiveQueueWait,
	"ReceiveMessage/several waiting":    receiveSeveral,
}

func receiveNothing(p probe) {
	url := p.queue(nil)
	p.empty(url)
}

// receiveTwice lets a visibility timeout run out.
func receiveTwice(p probe) {
	url := p.queue(attributes{"VisibilityTimeout": "1"})
	p.send(url, "b")
	first := p.one(url)
	p.empty(url)
	second := p.one(url)
	if *first.MessageId != *second.MessageId || *first.ReceiptHandle == *second.ReceiptHandle {
		p.Errorf("first %s with handle %s, then %s with %s", *first.MessageId, *first.ReceiptHandle, *second.MessageId, *second.ReceiptHandle)
	}
	if got := second.Attributes["ApproximateReceiveCount"]; got != "2" {
		p.Errorf("the receive count is %s, want 2", got)
	}
}

func receiveVisible(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	for range 3 {
		out := must(p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, VisibilityTimeout: 1}))(p)
		if len(out.Messages) == 1 {
			must(p.ChangeMessageVisibility(p.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: out.Messages[0].ReceiptHandle}))(p)
		}
	}
	if got := p.one(url).Attributes["ApproximateReceiveCount"]; got != "4" {
		p.Errorf("the receive count is %s, want 4", got)
	}
}

func receiveSystem(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	got := p.one(url).Attributes
	if got["ApproximateReceiveCount"] != "1" {
		p.Errorf("the receive count is %q, want 1", got["ApproximateReceiveCount"])
	}
	for _, name := range []string{"SenderId", "SentTimestamp", "ApproximateFirstReceiveTimestamp"} {
		if got[name] == "" {
			p.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"SequenceNumber", "MessageGroupId", "MessageDeduplicationId", "AWSTraceHeader", "DeadLetterQueueSourceArn"} {
		if value, ok := got[name]; ok {
			p.Errorf("%s is there: %q", name, value)
		}
	}
}

func receiveSystemSelection(p probe) {
	url := p.queue(attributes{"VisibilityTimeout": "0"})
	p.send(url, "b")
	one := must(p.ReceiveMessage(p.ctx, askSystem(&sqs.ReceiveMessageInput{QueueUrl: url}, "SentTimestamp")))(p).Messages
	if len(one) != 1 || len(one[0].Attributes) != 1 || one[0].Attributes["SentTimestamp"] == "" {
		p.Errorf("want SentTimestamp alone: %+v", one)
	}
	//lint:ignore SA1019 the older name of the list is what older clients send
	old := must(p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"All"}}))(p).Messages
	if len(old) != 1 || len(old[0].Attributes) < 4 || len(old[0].MessageAttributes) != 0 {
		p.Errorf("want all system attributes and no others: %+v", old)
	}
	none := must(p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url}))(p).Messages
	if len(none) != 1 || len(none[0].Attributes) != 0 {
		p.Errorf("attributes that nobody asked for: %+v", none)
	}
}

// receiveSelection compares with responses of SQS.
func receiveSelection(p probe) {
	url := p.queue(attributes{"VisibilityTimeout": "0"})
	must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("msg"), MessageAttributes: map[string]types.MessageAttributeValue{
		"Help.Me": text("Me"), "Hello": text("There"), "General": text("Kenobi"),
	}}))(p)
	for _, c := range []struct{ ask, want, hash string }{
		{"", "", ""},
		{"All", "General Hello Help.Me", "4c360f3fdafd970e05fae2f149d997f5"},
		{".*", "General Hello Help.Me", "4c360f3fdafd970e05fae2f149d997f5"},
		{"Foo Help", "", ""},
		{"Hello General", "General Hello", "fca026605781cb4126a1e9044df24232"},
		{"Foo Hello", "Hello", "a311262e065454b75da111d535b8dacd"},
		{"Hel.*", "Hello Help.Me", "83fee93c1bcd8b9a5a923ffacdc636c7"},
		{"AWS.", "", ""},
	} {
		out := must(p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 5, MessageAttributeNames: strings.Fields(c.ask)}))(p)
		if len(out.Messages) != 1 {
			p.Fatalf("received %d messages", len(out.Messages))
		}
		m := out.Messages[0]
		var got []string
		for name := range m.MessageAttributes {
			got = append(got, name)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != c.want || aws.ToString(m.MD5OfMessageAttributes) != c.hash {
			p.Errorf("%q brings %q with hash %s, want %q with %s", c.ask, got, aws.ToString(m.MD5OfMessageAttributes), c.want, c.hash)
		}
	}
}

func receiveBounds(p probe) {
	url := p.queue(nil)
	for _, in := range []sqs.ReceiveMessageInput{
		{MaxNumberOfMessages: 11}, {MaxNumberOfMessages: -1}, {WaitTimeSeconds: 21}, {WaitTimeSeconds: -1}, {VisibilityTimeout: 43201}, {VisibilityTimeout: -1},
	} {
		in.QueueUrl = url
		_, err := p.ReceiveMessage(p.ctx, &in)
		p.code(err, badParameter)
	}
}

func receiveLongPoll(p probe) {
	url := p.queue(nil)
	came := make(chan []types.Message)
	go func() { came <- p.receive(url, 20) }()
	sent := p.send(url, "b")
	if messages := <-came; len(messages) != 1 || *messages[0].MessageId != *sent.MessageId {
		p.Errorf("the receiver that waited got %d messages", len(messages))
	}
}

func receiveLongPollEnds(p probe) {
	url := p.queue(nil)
	start := time.Now()
	if messages := p.receive(url, 1); len(messages) != 0 || time.Since(start) < 900*time.Millisecond {
		p.Errorf("%d messages came after %v, want none after a second", len(messages), time.Since(start))
	}
}

func receiveQueueWait(p probe) {
	url := p.queue(attributes{"ReceiveMessageWaitTimeSeconds": "20"})
	came := make(chan int)
	go func() {
		out := must(p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url}))(p)
		came <- len(out.Messages)
	}()
	p.send(url, "b")
	if n := <-came; n != 1 {
		p.Errorf("the receiver that waited got %d messages", n)
	}
}

// receiveSeveral starts several receivers that wait for one message each.
func receiveSeveral(p probe) {
	url := p.queue(nil)
	const n = 5
	came := make(chan []types.Message)
	for range n {
		go func() {
			out, err := p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
			if err != nil {
				p.Error(err)
				out = new(sqs.ReceiveMessageOutput)
			}
			came <- out.Messages
		}()
	}
	p.receive(p.queue(nil), 1) // meanwhile all of them begin to wait
	for range n {
		p.send(url, "b")
	}
	seen := map[string]bool{}
	for range n {
		messages := <-came
		if len(messages) != 1 || seen[*messages[0].MessageId] {
			p.Errorf("a receiver got %d messages, want one that nobody else has", len(messages))
			continue
		}
		seen[*messages[0].MessageId] = true
	}
}
