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
	w       *world
	p       *process
	out     http.ResponseWriter
	request *http.Request
	action  string
	body    map[string]json.RawMessage
	entries []entry // those that go to SQS
	all     []entry
}

// entry is one entry of a batch.
type entry struct {
	raw   json.RawMessage
	id    string
	bytes int // as SQS counts
	sent
}

func (e entry) dead() bool {
	_, dead := stepOf(e.queue)
	return dead
}

// answer is what SQS says to a batch.
type answer struct {
	Successful []map[string]any
	Failed     []map[string]any
}

// proxy does to a call what its lot is.
func (w *world) proxy(p *process, out http.ResponseWriter, r *http.Request) {
	c := &call{w: w, p: p, out: out, request: r, action: strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")}
	text, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(text, &c.body) != nil {
		return // the process was killed while it spoke
	}
	c.parse()
	c.all = c.entries
	c.limit()
	before, after := moment("sending"), moment("sent")
	kinds := sendFaults
	if c.action != "SendMessageBatch" {
		before, after, kinds = "returning", "", returnFaults
	}
	if p.pass(before) {
		return
	}
	f := c.fault(kinds)
	if c.tooLong() {
		f = tooLong
	}
	w.stats.add(f.name, 1)
	f.do(c, func() answer {
		a := c.forward()
		if after != "" {
			p.pass(after)
		}
		return a
	})
	if after != "" {
		p.pass("answered")
	}
}

// fault draws a call's lot. One to the dead-letter queue has a further one.
func (c *call) fault(kinds []fault) fault {
	if c.buries() && c.w.lot("burial", 100) < c.w.unburied {
		return burialDenied
	}
	if c.w.lot("call "+c.action, 100) >= c.w.faulty {
		return healthy
	}
	total := 0
	for _, f := range kinds {
		total += f.weight
	}
	at := c.w.lot("fault "+c.action, total)
	for _, f := range kinds {
		if at -= f.weight; at < 0 {
			return f
		}
	}
	panic("unreachable")
}

// buries tells whether a call brings dead letters to their queue.
func (c *call) buries() bool {
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
		c.entries = append(c.entries, entry{raw, e.ID, bytes, sent{c.p, path.Base(queue), e.Body, e.Attributes["star.message.id"].StringValue, attempt}})
	}
}

// forward hands the call to the service, with the entries that are left of it,
// and takes note of what the service took.
func (c *call) forward() answer {
	var a answer
	poison := c.takeOut(func(e entry) bool { return c.action == "SendMessageBatch" && c.poisonous(e) })
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
		protocol.Handler(c.w.service).ServeHTTP(recorder, inner)
		json.Unmarshal(recorder.Body.Bytes(), &a)
	}
	for _, s := range a.Successful {
		if e := c.find(s); e != nil && c.action == "SendMessageBatch" {
			c.w.took(e.sent)
		}
	}
	a.Failed = append(a.Failed, failures(poison, "InvalidMessageContents", true)...)
	return a
}

// poisonous tells whether no queue ever takes an entry.
func (c *call) poisonous(e entry) bool {
	step, dead := stepOf(e.queue)
	return !dead && c.w.job.poisonous(c.w.job.read(step, e.body).ID)
}

// takeOut takes entries out of the call.
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

// say answers as SQS does. What the process can read of it, it knows.
func (c *call) say(a answer) {
	for _, s := range a.Successful {
		if e := c.find(s); e != nil && c.action == "SendMessageBatch" {
			c.w.confirmed(e.sent)
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

// linger waits until the present invocation's time is over, or the process has
// ended or gone.
func (c *call) linger() {
	select {
	case <-time.After(timeout + timeout/10):
	case <-c.request.Context().Done():
	case <-c.p.gone.Done():
	}
}
