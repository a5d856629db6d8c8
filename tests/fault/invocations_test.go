package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/tests/functest"
)

// runMapping is the event source mapping of a step, with one process at a time, which may
// handle several batches at once.
func (t *trial) runMapping(s step) {
	for t.ended.Err() == nil {
		p, err := t.start(s.name)
		if err != nil {
			t.end(err)
			return
		}
		var pollers sync.WaitGroup
		for range t.scenario.concurrency {
			pollers.Go(func() { t.poll(p, s.name) })
		}
		pollers.Wait()
		if t.ended.Err() == nil {
			t.wantKilled(p)
		}
		p.kill()
	}
}

// poll receives batches and invokes the function with them, until the process or the
// trial has ended.
func (t *trial) poll(p *process, step string) {
	for {
		select {
		case <-p.idle:
		case <-t.ended.Done():
			return
		case <-p.exited.Done():
			return
		}
		p.freezeIfIdle()
		messages := t.receive(p, t.queues[step])
		p.thawIfFrozen()
		if len(messages) == 0 {
			return
		}
		t.invoke(p, step, messages)
	}
}

// wantKilled checks that a process that has ended was killed by the trial, or ended by one
// of its handlers.
func (t *trial) wantKilled(p *process) {
	select {
	case <-p.killed:
		return
	default:
	}
	if !p.mayExit.Load() || t.program.hosted {
		t.ledger.violate("the process %s ended by itself: %v", p.name, p.command.ProcessState)
	}
}

// receive receives the messages of one invocation, whose event may have 6 MB. It returns
// none if the process or the trial has ended.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
func (t *trial) receive(p *process, q *queue.Queue) []queue.Message {
	ctx, cancel := context.WithCancel(t.ended)
	defer cancel()
	defer context.AfterFunc(p.exited, cancel)()
	limit := t.scenario.maxBatch
	if t.scenario.largeItems {
		limit = min(limit, 12)
	}
	for {
		messages, err := q.Receive(ctx, limit, 20*time.Second, visibility)
		if err != nil || len(messages) > 0 {
			return messages
		}
	}
}

// invoke passes a batch to the process, and carries out its reply.
func (t *trial) invoke(p *process, step string, messages []queue.Message) {
	var batch []*delivery
	for i, m := range messages {
		all := maps.Collect(messages[i].SystemAttributes())
		sent, _ := strconv.ParseInt(all["SentTimestamp"], 10, 64)
		d := &delivery{step: step, message: m.ID, group: all["MessageGroupId"], attempt: m.ReceiveCount}
		t.ledger.received(p, d, m.Body, time.Since(time.UnixMilli(sent)))
		batch = append(batch, d)
	}
	defer t.ledger.finished(p, batch)
	t.stats.add("invocations", 1)
	t.stats.add("deliveries", len(messages))
	if p.killIfDue("received") {
		return
	}
	if p.killDue("working") {
		soon := time.AfterFunc(time.Duration(t.draw("working", 20))*time.Millisecond*pace, p.kill)
		defer soon.Stop()
	}
	id := fmt.Sprintf("%s-%d", p.name, t.count("invocation"))
	event := functest.Event(t.queues[step], messages)
	if len(event) > 1<<20 {
		t.stats.add(largeEvents, 1)
	}
	if r, ok := p.invoke(id, event); ok {
		t.carryOut(p, r, t.queues[step], messages, batch)
	}
}

// carryOut deletes the messages that a reply does not report as failed.
func (t *trial) carryOut(p *process, r reply, q *queue.Queue, messages []queue.Message, batch []*delivery) {
	failed, err := failedIn(r, messages)
	if err != nil {
		t.ledger.violate("%v", err)
		return
	}
	t.ledger.judgeReply(p, batch, failed)
	for _, m := range messages {
		if failed[m.ID] {
			continue
		}
		if err := q.Delete(m.ReceiptHandle); err != nil {
			t.stats.add("deleted too late", 1) // its visibility timeout is over, and it is received again
		}
	}
}

// failedIn returns the IDs of the messages that a reply reports. The reply must be of the
// one form that Lambda accepts.
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
			return nil, fmt.Errorf("a reply that Lambda would not accept: %s", r.body)
		}
		failed[f["itemIdentifier"]] = true
	}
	return failed, nil
}

// kickOff has the generate function send the first item, under the same faults. It invokes
// the function until that responds that the item is in its queue.
func (t *trial) kickOff() error {
	for sent := false; !sent && t.ended.Err() == nil; {
		p, err := t.start("star.generate")
		if err != nil {
			return err
		}
		sent = t.invokeGenerate(p)
		if !sent && t.ended.Err() == nil {
			t.wantKilled(p)
		}
		p.kill()
	}
	return nil
}

// invokeGenerate invokes a process of the generate function until the first item is in
// its queue. It returns false if the process or the trial has ended.
func (t *trial) invokeGenerate(p *process) (sent bool) {
	event, id := t.job.kickOff(t.server.URL + "/" + p.name)
	for {
		select {
		case <-p.idle:
		case <-p.exited.Done():
			return false
		case <-t.ended.Done():
			return false
		}
		if r, ok := p.invoke("kick-off", []byte(event)); ok && t.checkKickOff(r, id) {
			return true
		}
	}
}

// checkKickOff checks that a response is true: the first item must be in its queue. It
// returns false for an error, after which the item may be in its queue or not.
func (t *trial) checkKickOff(r reply, id string) bool {
	if r.kind == "error" {
		return false
	}
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	var a struct {
		MessageIDs []string `json:"messageIds"`
	}
	if err := json.Unmarshal(r.body, &a); err != nil || len(a.MessageIDs) != 1 || a.MessageIDs[0] == "" {
		t.ledger.violateLocked("the generate function answered %s", r.body)
	}
	if !t.ledger.historyOf(id).queued {
		t.ledger.violateLocked("the generate function answered %s, and the item is not in its queue", r.body)
	}
	return true
}
