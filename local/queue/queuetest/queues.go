package queuetest

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var queueCases = map[string]func(probe){
	"CreateQueue/idempotent":       createTwice,
	"CreateQueue/other attributes": createDiffering,
	"CreateQueue/names":            createBadNames,
	"GetQueueUrl":                  findQueue,
	"ListQueues":                   listQueues,
	"DeleteQueue":                  deleteQueue,
	"unknown queue":                unknownQueue,
	"PurgeQueue":                   purgeQueue,
	"tags":                         tags,
	"CreateQueue/deleted recently": createAgain,
	"CreateQueue/tags":             createTagged,
	"GetQueueUrl/owner":            findOwned,
	"ListQueues/bounds":            listBounds,
	"unknown queue/every action":   unknownEverywhere,
}

func createTwice(p probe) {
	name, a := p.name(), attributes{"VisibilityTimeout": "40"}
	first := must(p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: a}))(p)
	for _, again := range []attributes{a, nil} {
		second := must(p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: again}))(p)
		if *first.QueueUrl != *second.QueueUrl {
			p.Errorf("the URLs are %s and %s", *first.QueueUrl, *second.QueueUrl)
		}
	}
}

func createDiffering(p probe) {
	name := p.name()
	must(p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes{"DelaySeconds": "1"}}))(p)
	_, err := p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes{"DelaySeconds": "2"}})
	refused[*types.QueueNameExists](p, err)
}

func createBadNames(p probe) {
	for _, name := range []string{"a b", "a.b", "ä", strings.Repeat("a", 81), "a.fifo"} {
		_, err := p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: &name})
		p.code(err, badParameter)
	}
	_, err := p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: aws.String(p.name()), Attributes: attributes{"FifoQueue": "true"}})
	p.code(err, badParameter)
}

func findQueue(p probe) {
	url := p.queue(nil)
	name := (*url)[strings.LastIndexByte(*url, '/')+1:]
	found := must(p.GetQueueUrl(p.ctx, &sqs.GetQueueUrlInput{QueueName: &name}))(p)
	if *found.QueueUrl != *url {
		p.Errorf("the URL is %s, want %s", *found.QueueUrl, *url)
	}
	_, err := p.GetQueueUrl(p.ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(p.name())})
	refused[*types.QueueDoesNotExist](p, err)
}

// findOwned names the account that the queue is in, and another.
func findOwned(p probe) {
	url := p.queue(nil)
	name := (*url)[strings.LastIndexByte(*url, '/')+1:]
	owner := strings.Split(p.attribute(url, "QueueArn"), ":")[4]
	found := must(p.GetQueueUrl(p.ctx, &sqs.GetQueueUrlInput{QueueName: &name, QueueOwnerAWSAccountId: &owner}))(p)
	if *found.QueueUrl != *url {
		p.Errorf("the URL is %s, want %s", *found.QueueUrl, *url)
	}
	_, err := p.GetQueueUrl(p.ctx, &sqs.GetQueueUrlInput{QueueName: &name, QueueOwnerAWSAccountId: aws.String("210987654321")})
	refused[*types.QueueDoesNotExist](p, err)
}

func listBounds(p probe) {
	for _, n := range []int32{0, 1001} {
		_, err := p.ListQueues(p.ctx, &sqs.ListQueuesInput{MaxResults: &n})
		p.code(err, badParameter)
	}
}

func listQueues(p probe) {
	start := p.name()
	var want []string
	for _, end := range []string{"-a", "-b", "-c", "-d", "-e"} {
		want = append(want, *must(p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: aws.String(start + end)}))(p).QueueUrl)
	}
	var got []string
	pages := sqs.NewListQueuesPaginator(p, &sqs.ListQueuesInput{QueueNamePrefix: &start, MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page := must(pages.NextPage(p.ctx))(p)
		if len(page.QueueUrls) > 2 {
			p.Errorf("a page of at most 2 has %d queues", len(page.QueueUrls))
		}
		got = append(got, page.QueueUrls...)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		p.Errorf("the queues are %q, want %q", got, want)
	}
}

func deleteQueue(p probe) {
	url := p.queue(nil)
	must(p.DeleteQueue(p.ctx, &sqs.DeleteQueueInput{QueueUrl: url}))(p)
	_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("late")})
	refused[*types.QueueDoesNotExist](p, err)
}

func createAgain(p probe) {
	url := p.queue(nil)
	must(p.DeleteQueue(p.ctx, &sqs.DeleteQueueInput{QueueUrl: url}))(p)
	name := (*url)[strings.LastIndexByte(*url, '/')+1:]
	_, err := p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: &name})
	refused[*types.QueueDeletedRecently](p, err)
}

func createTagged(p probe) {
	out := must(p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: aws.String(p.name()), Tags: attributes{"Key": "1", "key": "2"}}))(p)
	got := must(p.ListQueueTags(p.ctx, &sqs.ListQueueTagsInput{QueueUrl: out.QueueUrl}))(p).Tags
	if len(got) != 2 || got["Key"] != "1" || got["key"] != "2" {
		p.Errorf("the tags are %v", got)
	}
}

// unknownEverywhere calls each action with a queue that does not exist.
func unknownEverywhere(p probe) {
	url := aws.String(*p.queue(nil) + "x")
	for name, err := range map[string]error{
		"ChangeMessageVisibility": p.change(url, aws.String("handle"), 1),
		"DeleteMessage":           p.delete(url, aws.String("handle")),
		"DeleteMessageBatch": fails(p.DeleteMessageBatch(p.ctx, &sqs.DeleteMessageBatchInput{
			QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{{Id: aws.String("i"), ReceiptHandle: aws.String("handle")}},
		})),
		"DeleteQueue":                fails(p.DeleteQueue(p.ctx, &sqs.DeleteQueueInput{QueueUrl: url})),
		"GetQueueAttributes":         fails(p.GetQueueAttributes(p.ctx, &sqs.GetQueueAttributesInput{QueueUrl: url})),
		"ListDeadLetterSourceQueues": fails(p.ListDeadLetterSourceQueues(p.ctx, &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: url})),
		"ListQueueTags":              fails(p.ListQueueTags(p.ctx, &sqs.ListQueueTagsInput{QueueUrl: url})),
		"PurgeQueue":                 fails(p.PurgeQueue(p.ctx, &sqs.PurgeQueueInput{QueueUrl: url})),
		"SendMessageBatch":           fails(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries("b")})),
		"SetQueueAttributes":         fails(p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: attributes{"DelaySeconds": "1"}})),
		"TagQueue":                   fails(p.TagQueue(p.ctx, &sqs.TagQueueInput{QueueUrl: url, Tags: attributes{"k": "v"}})),
		"UntagQueue":                 fails(p.UntagQueue(p.ctx, &sqs.UntagQueueInput{QueueUrl: url, TagKeys: []string{"k"}})),
	} {
		var missing *types.QueueDoesNotExist
		if !errors.As(err, &missing) {
			p.Errorf("%s answers %v, want that there is no such queue", name, err)
		}
	}
}

func unknownQueue(p probe) {
	url := *p.queue(nil) + "x"
	_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("lost")})
	refused[*types.QueueDoesNotExist](p, err)
	p.code(err, "AWS.SimpleQueueService.NonExistentQueue")
	_, err = p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: &url})
	refused[*types.QueueDoesNotExist](p, err)
}

func purgeQueue(p probe) {
	url := p.queue(nil)
	p.send(url, "waiting")
	p.one(url)
	p.send(url, "in flight")
	must(p.PurgeQueue(p.ctx, &sqs.PurgeQueueInput{QueueUrl: url}))(p)
	p.empty(url)
	_, err := p.PurgeQueue(p.ctx, &sqs.PurgeQueueInput{QueueUrl: url})
	refused[*types.PurgeQueueInProgress](p, err)
}

func tags(p probe) {
	url := p.queue(nil)
	must(p.TagQueue(p.ctx, &sqs.TagQueueInput{QueueUrl: url, Tags: attributes{"a": "1", "b": "2"}}))(p)
	must(p.TagQueue(p.ctx, &sqs.TagQueueInput{QueueUrl: url, Tags: attributes{"b": "3", "c": ""}}))(p)
	must(p.UntagQueue(p.ctx, &sqs.UntagQueueInput{QueueUrl: url, TagKeys: []string{"a", "missing"}}))(p)
	got := must(p.ListQueueTags(p.ctx, &sqs.ListQueueTagsInput{QueueUrl: url}))(p).Tags
	if c, ok := got["c"]; len(got) != 2 || got["b"] != "3" || c != "" || !ok {
		p.Errorf("the tags are %v", got)
	}
}
