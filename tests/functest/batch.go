package functest

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/serverless-star/starjob/local/queue"
)

// Batch is a batch of messages that an event source mapping has received and
// hands to a function.
type Batch struct {
	from     *Queues
	queue    *queue.Queue
	messages []queue.Message
}

// Batch sends items to a queue and receives these messages, and no others that
// may be there. A string is the body as it is; anything else is encoded.
func (q *Queues) Batch(name string, items ...any) *Batch {
	q.t.Helper()
	ids := make([]string, len(items))
	for i, item := range items {
		body, raw := item.(string)
		if !raw {
			encoded, err := json.Marshal(item)
			if err != nil {
				q.t.Fatal(err)
			}
			body = string(encoded)
		}
		sent, err := q.Queue(name).Send(queue.Outgoing{Body: body})
		if err != nil {
			q.t.Fatal(err)
		}
		ids[i] = sent.ID
	}
	return q.receive(name, maxMessages, func(m queue.Message) int { return slices.Index(ids, m.ID) }, len(ids))
}

// Receive receives messages that are in a queue: n of them, or the test fails.
func (q *Queues) Receive(name string, n int) *Batch {
	q.t.Helper()
	next := -1
	return q.receive(name, n, func(queue.Message) int { next++; return next }, n)
}

// receive makes a batch of those messages for which place is not negative.
func (q *Queues) receive(name string, atMost int, place func(queue.Message) int, n int) *Batch {
	q.t.Helper()
	b := &Batch{from: q, queue: q.Queue(name), messages: make([]queue.Message, n)}
	received, err := b.queue.Receive(q.t.Context(), atMost, 0, -1)
	if err != nil {
		q.t.Fatal(err)
	}
	found := 0
	for _, m := range received {
		if at := place(m); at >= 0 {
			b.messages[at] = m
			found++
		}
	}
	if found != n {
		q.t.Fatalf("received %d messages, want %d", found, n)
	}
	return b
}

// ID returns the message ID of an item.
func (b *Batch) ID(item int) string { return b.messages[item].ID }

// Event returns the event of the batch.
func (b *Batch) Event() string { return string(Event(b.queue, b.messages)) }

// Event returns the event that Lambda makes of messages from a queue.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
func Event(from *queue.Queue, messages []queue.Message) []byte {
	type object = map[string]any
	records := make([]object, len(messages))
	for i := range messages {
		m := &messages[i]
		attributes := object{}
		for name, a := range m.Attributes {
			attributes[name] = object{"dataType": a.DataType, "stringValue": a.StringValue, "stringListValues": []any{}, "binaryListValues": []any{}}
		}
		records[i] = object{
			"messageId": m.ID, "receiptHandle": m.ReceiptHandle, "body": m.Body, "md5OfBody": m.MD5OfBody,
			"attributes": maps.Collect(m.SystemAttributes()), "messageAttributes": attributes,
			"eventSource": "aws:sqs", "eventSourceARN": from.ARN(), "awsRegion": Region,
		}
	}
	event, err := json.Marshal(object{"Records": records})
	if err != nil {
		panic(err) // strings can always be encoded
	}
	return event
}

// Settle carries a reply out as Lambda does: it deletes the messages that are not
// reported, and returns the places of the others, in order. A reply that is not
// of the one form that Lambda accepts ends the test.
func (b *Batch) Settle(reply string) (failed []int) {
	b.from.t.Helper()
	var fields map[string][]map[string]string
	if err := json.Unmarshal([]byte(reply), &fields); err != nil {
		b.from.t.Fatalf("the reply is %s: %v", reply, err)
	}
	list := fields["batchItemFailures"]
	if list == nil || len(fields) != 1 {
		b.from.t.Fatalf("malformed reply: %s", reply)
	}
	for _, f := range list {
		at := slices.IndexFunc(b.messages, func(m queue.Message) bool { return m.ID == f["itemIdentifier"] })
		if at < 0 || len(f) != 1 || slices.Contains(failed, at) {
			b.from.t.Fatalf("the reply names %v, which is no item of the batch, or twice: %s", f, reply)
		}
		failed = append(failed, at)
	}
	for i, m := range b.messages {
		if !slices.Contains(failed, i) {
			if err := b.queue.Delete(m.ReceiptHandle); err != nil {
				b.from.t.Fatal(err)
			}
		}
	}
	slices.Sort(failed)
	return failed
}

// RetryDelay returns after how many seconds an item becomes visible again, by the
// last visibility timeout that the function has asked for; 0 if it has not.
func (b *Batch) RetryDelay(item int) int {
	b.from.mu.Lock()
	defer b.from.mu.Unlock()
	return b.from.visibilities[b.messages[item].ReceiptHandle]
}
