package queuetest

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var moveCases = map[string]func(probe){
	"StartMessageMoveTask/back":                 moveBack,
	"StartMessageMoveTask/elsewhere":            moveElsewhere,
	"StartMessageMoveTask/FIFO":                 moveFIFO,
	"StartMessageMoveTask/refused":              moveRefused,
	"StartMessageMoveTask/no dead-letter queue": moveOrdinary,
	"StartMessageMoveTask/unknown source":       moveUnknown,
	"StartMessageMoveTask/new messages":         moveRenews,
	"StartMessageMoveTask/other kind":           moveToOtherKind,
	"ListMessageMoveTasks":                      moveListed,
	"CancelMessageMoveTask":                     moveCancelled,
}

// deadLetters creates a queue and its dead-letter queue, with messages in the latter.
func (p probe) deadLetters(a attributes, bodies ...string) (url, dead *string) {
	p.Helper()
	url, dead = p.redrive(a, "1")
	for _, body := range bodies {
		in := &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body, MessageAttributes: map[string]types.MessageAttributeValue{"a": text("v")}}
		if a != nil {
			in.MessageGroupId = aws.String("g")
		}
		must(p.SendMessage(p.ctx, in))(p)
		p.fail(url)
		p.empty(url)
	}
	return url, dead
}

func (p probe) start(dead *string, to string, rate int32) *sqs.StartMessageMoveTaskOutput {
	p.Helper()
	in := &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(p.attribute(dead, "QueueArn"))}
	if to != "" {
		in.DestinationArn = &to
	}
	if rate != 0 {
		in.MaxNumberOfMessagesPerSecond = some(rate)
	}
	return must(p.StartMessageMoveTask(p.ctx, in))(p)
}

// ended returns the latest task of a queue after it has ended.
func (p probe) ended(dead *string) types.ListMessageMoveTasksResultEntry {
	p.Helper()
	arn := p.attribute(dead, "QueueArn")
	for {
		tasks := must(p.ListMessageMoveTasks(p.ctx, &sqs.ListMessageMoveTasksInput{SourceArn: &arn}))(p).Results
		if len(tasks) != 1 {
			p.Fatalf("%d tasks are listed, want the latest", len(tasks))
		}
		if status := aws.ToString(tasks[0].Status); status != "RUNNING" && status != "CANCELLING" {
			return tasks[0]
		}
	}
}

func moveBack(p probe) {
	url, dead := p.deadLetters(nil, "1", "2", "3")
	p.start(dead, "", 0)
	messages := p.receive(url, 5)
	for len(messages) < 3 {
		more := p.receive(url, 5)
		if len(more) == 0 {
			p.Fatalf("%d of 3 messages came back", len(messages))
		}
		messages = append(messages, more...)
	}
	for _, m := range messages {
		if m.Attributes["ApproximateReceiveCount"] != "1" || aws.ToString(m.MessageAttributes["a"].StringValue) != "v" {
			p.Errorf("the message came back as %+v", m)
		}
	}
	p.empty(dead)
	if task := p.ended(dead); aws.ToString(task.Status) != "COMPLETED" || task.ApproximateNumberOfMessagesMoved != 3 {
		p.Errorf("the task is %s and has moved %d messages", aws.ToString(task.Status), task.ApproximateNumberOfMessagesMoved)
	}
}

func moveElsewhere(p probe) {
	url, dead := p.deadLetters(nil, "b")
	other := p.queue(nil)
	p.start(dead, p.attribute(other, "QueueArn"), 0)
	if m := p.one(other); *m.Body != "b" {
		p.Errorf("received %q", *m.Body)
	}
	p.empty(url)
	p.empty(dead)
}

// moveRenews: a message that is moved counts as a new one.
func moveRenews(p probe) {
	url, dead := p.redrive(attributes{"VisibilityTimeout": "1"}, "1")
	p.send(url, "b")
	old := p.expire(url)
	p.start(dead, "", 0)
	m := p.one(url)
	if *m.MessageId == *old.MessageId || m.Attributes["SentTimestamp"] <= old.Attributes["SentTimestamp"] {
		p.Errorf("the message was %s of %s, and is %s of %s", *old.MessageId, old.Attributes["SentTimestamp"], *m.MessageId, m.Attributes["SentTimestamp"])
	}
}

func moveToOtherKind(p probe) {
	_, dead := p.deadLetters(nil, "b")
	_, err := p.StartMessageMoveTask(p.ctx, &sqs.StartMessageMoveTaskInput{
		SourceArn: aws.String(p.attribute(dead, "QueueArn")), DestinationArn: aws.String(p.attribute(p.contentBased(), "QueueArn")),
	})
	p.code(err, badParameter)
	p.one(dead)
}

func moveFIFO(p probe) {
	url, dead := p.deadLetters(attributes{"FifoQueue": "true", "ContentBasedDeduplication": "true"}, "1", "2")
	p.start(dead, "", 0)
	p.ended(dead)
	if got := p.bodies(url, 2); !slices.Equal(got, []string{"1", "2"}) {
		p.Errorf("received %q", got)
	}
	p.empty(dead)
}

func moveRefused(p probe) {
	_, dead := p.redrive(nil, "1")
	arn := p.attribute(dead, "QueueArn")
	start := func(in sqs.StartMessageMoveTaskInput) error {
		_, err := p.StartMessageMoveTask(p.ctx, &in)
		return err
	}
	refused[*types.ResourceNotFoundException](p, start(sqs.StartMessageMoveTaskInput{SourceArn: aws.String(arn + "-missing")}))
	refused[*types.ResourceNotFoundException](p, start(sqs.StartMessageMoveTaskInput{SourceArn: &arn, DestinationArn: aws.String(arn + "-missing")}))
	for _, rate := range []int32{-1, 0, 501} {
		p.code(start(sqs.StartMessageMoveTaskInput{SourceArn: &arn, MaxNumberOfMessagesPerSecond: some(rate)}), badParameter)
	}
	_, err := p.CancelMessageMoveTask(p.ctx, &sqs.CancelMessageMoveTaskInput{TaskHandle: aws.String("no handle")})
	p.code(err, badParameter, "ResourceNotFoundException")
	for _, n := range []int32{0, 11} {
		p.code(fails(p.ListMessageMoveTasks(p.ctx, &sqs.ListMessageMoveTasksInput{SourceArn: &arn, MaxResults: some(n)})), badParameter)
	}
	_, err = p.ListMessageMoveTasks(p.ctx, &sqs.ListMessageMoveTasksInput{SourceArn: aws.String(arn + "-missing")})
	refused[*types.ResourceNotFoundException](p, err)
}

func moveOrdinary(p probe) {
	_, err := p.StartMessageMoveTask(p.ctx, &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(p.attribute(p.queue(nil), "QueueArn"))})
	p.code(err, badParameter)
}

// moveUnknown moves a message that was sent to the dead-letter queue itself: it
// has no source queue, and must not be lost.
func moveUnknown(p probe) {
	_, dead := p.redrive(nil, "1")
	p.send(dead, "b")
	p.start(dead, "", 0)
	if task := p.ended(dead); aws.ToString(task.Status) != "FAILED" || aws.ToString(task.FailureReason) == "" {
		p.Errorf("the task is %s because of %q", aws.ToString(task.Status), aws.ToString(task.FailureReason))
	}
	p.one(dead)
}

func moveListed(p probe) {
	_, dead := p.deadLetters(nil, "b")
	arn := p.attribute(dead, "QueueArn")
	for range 2 {
		p.start(dead, "", 0)
		p.ended(dead)
	}
	tasks := must(p.ListMessageMoveTasks(p.ctx, &sqs.ListMessageMoveTasksInput{SourceArn: &arn, MaxResults: some(10)}))(p).Results
	if len(tasks) != 2 || tasks[0].ApproximateNumberOfMessagesMoved != 0 || tasks[1].ApproximateNumberOfMessagesMoved != 1 {
		p.Fatalf("the tasks are %+v, want the latest first", tasks)
	}
	for _, task := range tasks {
		if aws.ToString(task.SourceArn) != arn || task.StartedTimestamp == 0 || task.TaskHandle != nil {
			p.Errorf("the task is %+v, want no handle of one that has ended", task)
		}
	}
}

func moveCancelled(p probe) {
	url, dead := p.deadLetters(nil, "1", "2", "3")
	arn := p.attribute(dead, "QueueArn")
	task := p.start(dead, "", 1)
	_, err := p.StartMessageMoveTask(p.ctx, &sqs.StartMessageMoveTaskInput{SourceArn: &arn})
	p.code(err, badParameter)
	running := must(p.ListMessageMoveTasks(p.ctx, &sqs.ListMessageMoveTasksInput{SourceArn: &arn}))(p).Results[0]
	if aws.ToString(running.TaskHandle) != aws.ToString(task.TaskHandle) || given(running.MaxNumberOfMessagesPerSecond) != 1 {
		p.Errorf("the task that runs is %+v", running)
	}
	out := must(p.CancelMessageMoveTask(p.ctx, &sqs.CancelMessageMoveTaskInput{TaskHandle: task.TaskHandle}))(p)
	if out.ApproximateNumberOfMessagesMoved > 2 {
		p.Errorf("%d of 3 messages moved at once, want one a second", out.ApproximateNumberOfMessagesMoved)
	}
	if status := aws.ToString(p.ended(dead).Status); status != "CANCELLED" {
		p.Errorf("the task is %s", status)
	}
	if left, back := len(p.receive(dead, 1)), len(p.receive(url, 1)); left == 0 || left+back != 3 {
		p.Errorf("%d messages stayed and %d came back, of 3", left, back)
	}
}
