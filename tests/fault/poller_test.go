package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/serverless-star/starjob/local/queue"
)

// serve is an event source mapping with one process at a time, which works on
// several batches at once if it wants to.
func (w *world) serve(s step) {
	for w.done.Err() == nil {
		p, err := w.start(s.name)
		if err != nil {
			w.end(err)
			return
		}
		var pollers sync.WaitGroup
		for range w.concurrency {
			pollers.Go(func() { w.poll(p, s.name) })
		}
		pollers.Wait()
		if w.done.Err() == nil {
			w.buried(p)
		}
		p.kill()
	}
}

// poll receives a batch, invokes the function with it, and deletes what the reply
// does not list, until the process has ended.
func (w *world) poll(p *process, step string) {
	for {
		select {
		case <-p.idle:
		case <-w.done.Done():
			return
		case <-p.gone.Done():
			return
		}
		p.rest()
		messages := w.receive(p, w.queues[step])
		p.wake()
		if len(messages) == 0 {
			return
		}
		w.invoke(p, step, messages)
	}
}

// buried wants of a process that has ended that it was killed, or ended by one of
// its own handlers.
func (w *world) buried(p *process) {
	select {
	case <-p.killed:
		return
	default:
	}
	if !p.quits.Load() || w.program.hosted {
		w.violation("the process %s ended by itself: %v", p.name, p.command.ProcessState)
	}
}

// receive takes messages for one invocation, whose event may have 6 MB. None come
// when the process or the world has ended.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
func (w *world) receive(p *process, q *queue.Queue) []queue.Message {
	ctx, cancel := context.WithCancel(w.done)
	defer cancel()
	defer context.AfterFunc(p.gone, cancel)()
	most := w.batch
	if w.bulky {
		most = min(most, 12)
	}
	for {
		messages, err := q.Receive(ctx, most, 20*time.Second, visibility)
		if err != nil || len(messages) > 0 {
			return messages
		}
	}
}

// invoke has the process work on a batch, within the function's timeout.
func (w *world) invoke(p *process, step string, messages []queue.Message) {
	var batch []*delivery
	for i, m := range messages {
		all := system(&messages[i])
		sent, _ := strconv.ParseInt(all["SentTimestamp"], 10, 64)
		d := &delivery{step: step, message: m.ID, group: all["MessageGroupId"], attempt: m.ReceiveCount}
		w.deliver(p, d, m.Body, time.Since(time.UnixMilli(sent)))
		batch = append(batch, d)
	}
	defer w.leave(p, batch)
	w.stats.add("invocations", 1)
	w.stats.add("deliveries", len(messages))
	if p.pass("received") {
		return
	}
	if p.due("working") {
		soon := time.AfterFunc(time.Duration(w.lot("working", 20))*time.Millisecond*pace, p.kill)
		defer soon.Stop()
	}
	id := fmt.Sprintf("%s-%d", p.name, w.count("invocation"))
	event := eventOf(w.queues[step], messages)
	if len(event) > 1<<20 {
		w.stats.add(largeEvents, 1)
	}
	if r, ok := p.invoke(id, event); ok {
		w.carryOut(p, r, w.queues[step], messages, batch)
	}
}

// carryOut deletes what a reply does not report as failed.
func (w *world) carryOut(p *process, r reply, q *queue.Queue, messages []queue.Message, batch []*delivery) {
	failed, err := failedIn(r, messages)
	if err != nil {
		w.violation("%v", err)
		return
	}
	w.settle(p, batch, failed)
	for _, m := range messages {
		if failed[m.ID] {
			continue
		}
		if err := q.Delete(m.ReceiptHandle); err != nil {
			w.stats.add("deleted too late", 1) // it has become visible meanwhile, and comes again
		}
	}
}

// failedIn reads a reply, which must be of the one exact form.
func failedIn(r reply, messages []queue.Message) (map[string]bool, error) {
	var list map[string][]map[string]string
	if err := json.Unmarshal(r.body, &list); err != nil || r.kind != "response" || len(list) != 1 || list["batchItemFailures"] == nil {
		return nil, fmt.Errorf("a malformed reply to %s: %s, %s", r.id, r.kind, r.body)
	}
	there, failed := map[string]bool{}, map[string]bool{}
	for _, m := range messages {
		there[m.ID] = true
	}
	for _, f := range list["batchItemFailures"] {
		if message := f["itemIdentifier"]; len(f) != 1 || !there[message] || failed[message] {
			return nil, fmt.Errorf("a reply that Lambda would not take: %s", r.body)
		}
		failed[f["itemIdentifier"]] = true
	}
	return failed, nil
}

func system(m *queue.Message) map[string]string {
	all := map[string]string{}
	for name, value := range m.SystemAttributes() {
		all[name] = value
	}
	return all
}

// eventOf is what Lambda shows a function of messages.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func eventOf(q *queue.Queue, messages []queue.Message) []byte {
	type object = map[string]any
	var records []object
	for i, m := range messages {
		own := object{}
		for name, a := range m.Attributes {
			own[name] = object{"dataType": a.DataType, "stringValue": a.StringValue, "stringListValues": []any{}, "binaryListValues": []any{}}
		}
		records = append(records, object{
			"messageId": m.ID, "receiptHandle": m.ReceiptHandle, "body": m.Body, "attributes": system(&messages[i]), "messageAttributes": own,
			"md5OfBody": m.MD5OfBody, "eventSource": "aws:sqs", "eventSourceARN": q.ARN(), "awsRegion": "eu-central-1",
		})
	}
	event, err := json.Marshal(object{"Records": records})
	if err != nil {
		panic(err) // texts always can be encoded
	}
	return event
}
