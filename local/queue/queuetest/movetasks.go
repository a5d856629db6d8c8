package queuetest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func moveListed(p probe) {
	_, dead := p.bury(nil, "b")
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
	url, dead := p.bury(nil, "1", "2", "3")
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
