package fault

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/serverless-star/starjob/cli/local/queue"
)

// poll is an event source mapping with one process: it receives a batch,
// invokes the function with it, and deletes what the reply does not list.
func (w *world) poll() {
	var p *process
	defer func() {
		if p != nil {
			p.kill()
		}
	}()
	for w.done.Err() == nil {
		if p == nil {
			var err error
			if p, err = w.start("work"); err != nil {
				w.end(err)
				return
			}
		}
		select {
		case <-p.idle:
		case <-w.done.Done():
			return
		case <-p.dead:
			w.buried(p)
			p = nil
			continue
		}
		p.freeze()
		messages, ok := w.receive()
		if !ok {
			return
		}
		p.thaw()
		w.invoke(p, messages)
	}
}

// buried wants of a process that has ended that it was killed.
func (w *world) buried(p *process) {
	select {
	case <-p.killed:
	default:
		w.violation("the process %s ended by itself: %v", p.name, p.command.ProcessState)
	}
}

func (w *world) receive() ([]queue.Message, bool) {
	for {
		messages, err := w.work.Receive(w.done, w.batch, 20*time.Second, visibility)
		if err != nil || len(messages) > 0 {
			return messages, err == nil
		}
	}
}

// invoke has the process work on a batch, within the function's timeout.
func (w *world) invoke(p *process, messages []queue.Message) {
	deadline := time.Now().Add(timeout)
	var batch []*delivery
	for _, m := range messages {
		batch = append(batch, w.deliver(m.ID, m.Body, system(m)["MessageGroupId"], m.ReceiveCount))
	}
	w.stats.add("invocations", 1)
	w.stats.add("deliveries", len(messages))
	if p.pass("received") {
		return
	}
	over := time.NewTimer(timeout)
	defer over.Stop()
	id := fmt.Sprintf("%s-%d", p.name, w.count("invocation"))
	select {
	case p.events <- invocation{id, eventOf(w.work, messages), deadline}:
	case <-p.dead:
		return
	}
	select {
	case r := <-p.replies:
		w.carryOut(r, id, messages, batch)
	case <-p.dead:
	case <-over.C:
		w.stats.add("overtime", 1)
		p.kill()
	}
}

// carryOut deletes what a reply does not report as failed.
func (w *world) carryOut(r reply, id string, messages []queue.Message, batch []*delivery) {
	failed, err := failedIn(r, id, messages)
	if err != nil {
		w.violation("%v", err)
		return
	}
	w.settle(batch, failed)
	for _, m := range messages {
		if failed[m.ID] {
			continue
		}
		if err := w.work.Delete(m.ReceiptHandle); err != nil {
			w.stats.add("deleted too late", 1) // it has become visible meanwhile, and comes again
		}
	}
}

// failedIn reads a reply, which must be of the one exact form.
func failedIn(r reply, id string, messages []queue.Message) (map[string]bool, error) {
	var list map[string][]map[string]string
	if err := json.Unmarshal(r.body, &list); err != nil || r.id != id || r.kind != "response" || len(list) != 1 || list["batchItemFailures"] == nil {
		return nil, fmt.Errorf("a malformed reply to %s: %s to %s, %s", id, r.kind, r.id, r.body)
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

func system(m queue.Message) map[string]string {
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
	for _, m := range messages {
		own := object{}
		for name, a := range m.Attributes {
			own[name] = object{"dataType": a.DataType, "stringValue": a.StringValue, "stringListValues": []any{}, "binaryListValues": []any{}}
		}
		records = append(records, object{
			"messageId": m.ID, "receiptHandle": m.ReceiptHandle, "body": m.Body, "attributes": system(m), "messageAttributes": own,
			"md5OfBody": m.MD5OfBody, "eventSource": "aws:sqs", "eventSourceARN": q.ARN(), "awsRegion": "eu-central-1",
		})
	}
	event, err := json.Marshal(object{"Records": records})
	if err != nil {
		panic(err) // texts always can be encoded
	}
	return event
}
