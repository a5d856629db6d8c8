package fault

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/serverless-star/starjob/local/queue/protocol"
)

// call is one call of SQS on its way through the proxy.
type call struct {
	trial      *trial
	process    *process
	out        http.ResponseWriter
	request    *http.Request
	action     string
	body       map[string]json.RawMessage
	entries    []entry // those that are passed on to SQS
	allEntries []entry
}

// entry is one entry of a batch.
type entry struct {
	raw   json.RawMessage
	id    string
	bytes int // of the message, as SQS counts
	sentMessage
}

// dead reports whether an entry is a dead letter.
func (e entry) dead() bool {
	_, dead := stepOf(e.queue)
	return dead
}

// answer is the answer of SQS to a batch.
type answer struct {
	Successful []map[string]any
	Failed     []map[string]any
}

// proxy passes a call on to SQS, with the fault that is drawn for it.
func (t *trial) proxy(p *process, out http.ResponseWriter, r *http.Request) {
	c := &call{trial: t, process: p, out: out, request: r, action: strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")}
	text, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(text, &c.body) != nil {
		return // the process was killed in the middle of its call
	}
	c.parse()
	c.allEntries = c.entries
	c.checkLimits()
	before, after := killPoint("sending"), killPoint("sent")
	kinds := sendFaults
	if c.action != "SendMessageBatch" {
		before, after, kinds = "returning", "", returnFaults
	}
	if p.killIfDue(before) {
		return
	}
	f := c.chooseFault(kinds)
	if c.tooLong() {
		f = batchTooLong
	}
	t.stats.add(f.name, 1)
	f.do(c, func() answer {
		a := c.forward()
		if after != "" {
			p.killIfDue(after)
		}
		return a
	})
	if after != "" {
		p.killIfDue("answered")
	}
}

// chooseFault draws the fault of a call. Calls to a dead-letter queue have a further
// chance to fail.
func (c *call) chooseFault(kinds []fault) fault {
	if c.sendsDeadLetters() && c.trial.draw("burial", 100) < c.trial.scenario.deadLetterFaultPercent {
		return deadLetterDenied
	}
	if c.trial.draw("call "+c.action, 100) >= c.trial.scenario.faultPercent {
		return noFault
	}
	total := 0
	for _, f := range kinds {
		total += f.weight
	}
	at := c.trial.draw("fault "+c.action, total)
	for _, f := range kinds {
		if at -= f.weight; at < 0 {
			return f
		}
	}
	panic("unreachable")
}

// sendsDeadLetters reports whether a call sends to a dead-letter queue.
func (c *call) sendsDeadLetters() bool {
	return c.action == "SendMessageBatch" && len(c.entries) > 0 && c.entries[0].dead()
}

func (c *call) parse() {
	var queue string
	var entries []json.RawMessage
	json.Unmarshal(c.body["QueueUrl"], &queue)
	json.Unmarshal(c.body["Entries"], &entries)
	for _, raw := range entries {
		var e struct {
			ID         string                                            `json:"Id"`
			Body       string                                            `json:"MessageBody"`
			Attributes map[string]struct{ DataType, StringValue string } `json:"MessageAttributes"`
		}
		json.Unmarshal(raw, &e)
		attempt, _ := strconv.Atoi(e.Attributes["star.attempts"].StringValue)
		bytes := len(e.Body)
		for name, a := range e.Attributes {
			bytes += len(name) + len(a.DataType) + len(a.StringValue)
		}
		c.entries = append(c.entries, entry{raw, e.ID, bytes, sentMessage{c.process, path.Base(queue), e.Body, e.Attributes["star.message.id"].StringValue, attempt}})
	}
}

// forward passes the call on to the queue service, with the entries that are left, and
// notes which messages the service has accepted.
func (c *call) forward() answer {
	var a answer
	rejected := c.takeOut(func(e entry) bool { return c.action == "SendMessageBatch" && c.unsendable(e) })
	if len(c.entries) > 0 {
		raw := make([]json.RawMessage, len(c.entries))
		for i, e := range c.entries {
			raw[i] = e.raw
		}
		c.body["Entries"], _ = json.Marshal(raw)
		text, _ := json.Marshal(c.body)
		inner := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(text)))
		inner.Header = c.request.Header.Clone()
		inner.ContentLength = int64(len(text))
		recorder := httptest.NewRecorder()
		protocol.Handler(c.trial.service).ServeHTTP(recorder, inner)
		json.Unmarshal(recorder.Body.Bytes(), &a)
	}
	for _, s := range a.Successful {
		if e := c.find(s); e != nil && c.action == "SendMessageBatch" {
			c.trial.ledger.accepted(e.sentMessage)
		}
	}
	a.Failed = append(a.Failed, failures(rejected, "InvalidMessageContents", true)...)
	return a
}

// unsendable reports whether SQS never accepts an entry.
func (c *call) unsendable(e entry) bool {
	step, dead := stepOf(e.queue)
	return !dead && c.trial.job.unsendable(c.trial.job.itemOf(step, e.body).ID)
}

// takeOut removes entries from the call, and returns them.
func (c *call) takeOut(choose func(entry) bool) (taken []entry) {
	var kept []entry
	for _, e := range c.entries {
		if choose(e) {
			taken = append(taken, e)
		} else {
			kept = append(kept, e)
		}
	}
	c.entries = kept
	return taken
}

func (c *call) find(result map[string]any) *entry {
	for i := range c.entries {
		if c.entries[i].id == result["Id"] {
			return &c.entries[i]
		}
	}
	return nil
}

func failures(entries []entry, code string, senderFault bool) []map[string]any {
	var all []map[string]any
	for _, e := range entries {
		all = append(all, map[string]any{"Id": e.id, "Code": code, "Message": "as planned", "SenderFault": senderFault})
	}
	return all
}

// reply sends a response, and notes what the process can read in it.
func (c *call) reply(a answer) {
	for _, s := range a.Successful {
		if e := c.find(s); e != nil && c.action == "SendMessageBatch" {
			c.trial.ledger.confirmed(e.sentMessage)
		}
	}
	c.write(http.StatusOK, c.encode(a))
}

func (c *call) encode(a answer) []byte {
	text, err := json.Marshal(map[string]any{"Successful": orEmpty(a.Successful), "Failed": orEmpty(a.Failed)})
	if err != nil {
		panic(err)
	}
	return text
}

func orEmpty(list []map[string]any) []map[string]any {
	if list == nil {
		return []map[string]any{}
	}
	return list
}

func (c *call) write(status int, text []byte) {
	c.out.Header().Set("Content-Type", "application/x-amz-json-1.0")
	c.out.Header().Set("Content-Length", strconv.Itoa(len(text)))
	c.out.WriteHeader(status)
	c.out.Write(text)
	http.NewResponseController(c.out).Flush()
}

// hang waits until the deadline of the current invocation has passed, or until the process
// has ended or canceled the call.
func (c *call) hang() {
	select {
	case <-time.After(timeout + timeout/10):
	case <-c.request.Context().Done():
	case <-c.process.exited.Done():
	}
}

// The bytes and the messages that SQS accepts in one call.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const (
	maxBytes   = 1 << 20
	maxEntries = 10
)

func (c *call) bytes() (n int) {
	for _, e := range c.allEntries {
		n += e.bytes
	}
	return n
}

// checkLimits checks that a call is within the limits of SQS.
func (c *call) checkLimits() {
	if n := c.bytes(); c.action == "SendMessageBatch" && (n > maxBytes || len(c.allEntries) > maxEntries) {
		c.trial.ledger.violate("a call with %d messages of %d bytes: SQS accepts %d and %d", len(c.allEntries), n, maxEntries, maxBytes)
	}
	if c.bytes() > maxBytes/2 {
		c.trial.stats.add(largeCalls, 1)
	}
}

// tooLong reports whether the batch is longer than this scenario's SQS accepts. From
// then on its messages must be sent one by one, as far as they can be distinguished from
// those of another attempt.
func (c *call) tooLong() bool {
	if c.action != "SendMessageBatch" || len(c.allEntries) < 2 || c.sendsDeadLetters() {
		return false
	}
	c.trial.mu.Lock()
	defer c.trial.mu.Unlock()
	tooLong := c.bytes() > c.trial.scenario.maxBatchBytes
	for _, e := range c.allEntries {
		if c.trial.job.itemOf("", e.body).By == "" {
			continue
		}
		if c.trial.sendAlone[e.body] {
			defer c.trial.ledger.violate("%.80s… was in a batch that was too long, and is in another one", e.body)
		}
		c.trial.sendAlone[e.body] = c.trial.sendAlone[e.body] || tooLong
	}
	return tooLong
}
