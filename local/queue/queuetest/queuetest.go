// Package queuetest has conformance cases: the documented behavior of SQS, as tests
// with the AWS SDK. They run against the local queues, and against any other
// implementation with an endpoint. Its files are named after actions
// and attributes; moto.go, elasticmq.go and fauxqs.go list what other servers do
// differently. It does not test how the queues work inside. Start reading at
// [Run].
package queuetest

import (
	"context"
	"maps"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// A Server is an SQS under test.
type Server struct {
	// Endpoint is its address, as in http://127.0.0.1:9324.
	Endpoint string
	// Region is what clients sign for; us-east-1 if empty.
	Region string
	// Differences are the known differences between the server and SQS, by the names of
	// the cases.
	Differences map[string]Difference
}

// Client is an SDK client of the server with made-up credentials.
func (s Server) Client() *sqs.Client {
	region := s.Region
	if region == "" {
		region = "us-east-1"
	}
	return sqs.New(sqs.Options{
		Region: region, BaseEndpoint: aws.String(s.Endpoint), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

// Run runs all cases. Each has new queues, so the cases can share a server with each
// other and with existing queues. A case with a
// known difference must show exactly that.
func Run(t *testing.T, s Server) {
	client := s.Client()
	all := cases()
	for name := range s.Differences {
		if all[name] == nil {
			t.Errorf("a difference is listed for %q, which is not a case", name)
		}
	}
	for name, run := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			difference, ok := s.Differences[name]
			if !ok {
				difference, ok = ofSDK[name]
			}
			if !ok {
				run(probe{TB: t, ctx: t.Context(), Client: client})
				return
			}
			difference.check(t, record(t, func(tb testing.TB) {
				run(probe{TB: tb, ctx: t.Context(), Client: client})
			}))
		})
	}
}

// cases are all, by their names.
func cases() map[string]func(probe) {
	all := map[string]func(probe){}
	for _, some := range [...]map[string]func(probe){
		queueCases, attributeCases, policyCases, sendCases, messageAttributeCases, batchCases, receiveCases, receiptCases, fifoCases,
		deduplicationCases, redriveCases, moveCases,
	} {
		maps.Copy(all, some)
	}
	return all
}

// probe is one case as it runs.
type probe struct {
	testing.TB
	*sqs.Client
	ctx context.Context
}

// name returns an unused queue name.
func (p probe) name() string { return "probe-" + strconv.FormatUint(rand.Uint64(), 36) }

type attributes = map[string]string

// queue makes a queue and returns its URL.
func (p probe) queue(a attributes) *string {
	p.Helper()
	name := p.name()
	if a["FifoQueue"] == "true" {
		name += ".fifo"
	}
	out, err := p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: a})
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() {
		// The case's context is canceled.
		_, _ = p.Client.DeleteQueue(context.Background(), &sqs.DeleteQueueInput{QueueUrl: out.QueueUrl})
	})
	return out.QueueUrl
}

// attribute is the value of one of the queue's attributes.
func (p probe) attribute(url *string, name types.QueueAttributeName) string {
	p.Helper()
	out, err := p.GetQueueAttributes(p.ctx, &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{name}})
	if err != nil {
		p.Fatal(err)
	}
	return out.Attributes[string(name)]
}

// send sends a message and returns the answer.
func (p probe) send(url *string, body string) *sqs.SendMessageOutput {
	p.Helper()
	return must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body}))(p)
}

// receive receives up to ten messages with all their attributes, and waits for a
// first one for up to some seconds.
func (p probe) receive(url *string, wait int32) []types.Message {
	p.Helper()
	return must(p.ReceiveMessage(p.ctx, askSystem(&sqs.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: wait, MessageAttributeNames: []string{"All"},
	}, "All")))(p).Messages
}

// one receives exactly one message.
func (p probe) one(url *string) types.Message {
	p.Helper()
	messages := p.receive(url, 5)
	if len(messages) != 1 {
		p.Fatalf("received %d messages, want 1", len(messages))
	}
	return messages[0]
}

// bodies receives until there are n messages, in the order of their arrival.
func (p probe) bodies(url *string, n int) []string {
	p.Helper()
	var bodies []string
	for len(bodies) < n {
		messages := p.receive(url, 5)
		if len(messages) == 0 {
			p.Fatalf("received %q, and then nothing; want %d messages", bodies, n)
		}
		for _, m := range messages {
			bodies = append(bodies, *m.Body)
		}
	}
	return bodies
}

// empty fails if there is anything to receive.
func (p probe) empty(url *string) {
	p.Helper()
	if messages := p.receive(url, 0); len(messages) > 0 {
		p.Fatalf("received %d messages, want none; the first is %q", len(messages), *messages[0].Body)
	}
}
