// Command sender sends items with the SDK, as the peer of a job that generates them. The
// entries are ready before the measurement starts. It prints the duration of sending in
// seconds.
//
//	sender batch|single ITEMS CONNECTIONS
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("invalid arguments: %q (allowed: batch or single, ITEMS, CONNECTIONS)", args)
	}
	items, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	connections, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	s := sender{client: client(connections), queue: os.Getenv("STAR_QUEUE")}
	send, calls := s.batch, items/10
	if args[0] == "single" {
		send, calls = s.single, items
	}
	began := time.Now()
	if err := spread(calls, connections, send); err != nil {
		return err
	}
	fmt.Println(time.Since(began).Seconds())
	return nil
}

func client(connections int) *sqs.Client {
	return sqs.New(sqs.Options{
		Region:       os.Getenv("AWS_REGION"),
		BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_SQS")),
		Credentials: credentials.NewStaticCredentialsProvider(
			os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")),
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = connections
		}),
	})
}

// spread distributes calls over several connections.
func spread(calls, connections int, send func() error) error {
	var left atomic.Int64
	left.Store(int64(calls))
	var group sync.WaitGroup
	var once sync.Once
	var first error
	for range connections {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if err := send(); err != nil {
					once.Do(func() { first = err })
					return
				}
			}
		})
	}
	group.Wait()
	return first
}

type sender struct {
	client *sqs.Client
	queue  string
}

// body and depth are those of the items that the job sends.
var (
	body  = aws.String(`{"n":500000,"text":"` + strings.Repeat("x", 78) + `"}`)
	depth = map[string]types.MessageAttributeValue{
		"star.depth": {DataType: aws.String("Number"), StringValue: aws.String("1")},
	}
	entries = ready()
)

func ready() []types.SendMessageBatchRequestEntry {
	all := make([]types.SendMessageBatchRequestEntry, 10)
	for i := range all {
		all[i] = types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: body, MessageAttributes: depth}
	}
	return all
}

func (s sender) batch() error {
	output, err := s.client.SendMessageBatch(context.Background(), &sqs.SendMessageBatchInput{QueueUrl: &s.queue, Entries: entries})
	if err == nil && len(output.Successful) != len(entries) {
		err = fmt.Errorf("%d of %d entries were accepted", len(output.Successful), len(entries))
	}
	return err
}

func (s sender) single() error {
	_, err := s.client.SendMessage(context.Background(), &sqs.SendMessageInput{QueueUrl: &s.queue, MessageBody: body, MessageAttributes: depth})
	return err
}
