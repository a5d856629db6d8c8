package queuetest

import (
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
