package fault

import (
	"fmt"
	"net/http"
	"slices"
)

// fault is a way in which a call of SQS can go wrong. forward passes the rest of the call
// on to the queue service. weight is the share among the faults of its kind.
type fault struct {
	name   string
	weight int
	do     func(c *call, forward func() answer)
}

var noFault = fault{"healthy", 0, func(c *call, forward func() answer) { c.reply(c.noteRefusals(forward())) }}

// denied answers that the function has no permission.
var denied = refuse(400, "com.amazon.coral.service#AccessDeniedException")

// deadLetterDenied is a further fault of calls to dead-letter queues. After almost all
// other faults the call is retried with success, so that no dead letter would be lost.
var deadLetterDenied = fault{"dead letter denied", 0, denied}

// batchTooLong is the fault of all batches that are longer than this scenario's SQS
// accepts. Only single messages are accepted then.
var batchTooLong = fault{"batch too long", 0, func(c *call, _ func() answer) {
	status, kind := http.StatusBadRequest, "com.amazonaws.sqs#BatchRequestTooLong"
	if c.trial.scenario.seed%2 == 0 {
		status, kind = http.StatusRequestEntityTooLarge, "RequestTooLarge"
	}
	refuse(status, kind)(c, nil)
}}

var sendFaults = []fault{
	{"throttled", 10, refuse(400, "com.amazonaws.sqs#RequestThrottled")},
	{"throttled 429", 3, refuse(429, "com.amazon.coral.service#ThrottlingException")},
	{"over the limit", 3, refuse(403, "com.amazonaws.sqs#OverLimit")},
	{"HTTP 500", 6, refuse(500, "com.amazon.coral.service#InternalFailure")},
	{"HTTP 503", 6, refuse(503, "com.amazon.coral.service#ServiceUnavailable")},
	{"HTTP 502 of an intermediary", 2, func(c *call, _ func() answer) { c.write(502, []byte("<html>Bad Gateway")) }},
	{"cut before", 8, func(*call, func() answer) { cut() }},
	{"cut after", 8, func(_ *call, forward func() answer) { forward(); cut() }},
	{"cut in the answer", 6, truncate},
	{"garbage", 4, func(c *call, forward func() answer) { forward(); c.write(200, []byte("<html>no JSON")) }},
	{"garbage, and nothing accepted", 3, func(c *call, _ func() answer) { c.write(200, []byte("<html>no JSON")) }},
	{"silence", 4, func(c *call, forward func() answer) { forward(); c.write(200, []byte("{}")) }},
	{"silence, and nothing accepted", 4, func(c *call, _ func() answer) { c.write(200, []byte("{}")) }},
	{"part failed", 10, partial("InternalError", false)},
	{"part throttled", 6, partial("RequestThrottled", true)},
	{"part refused", 1, partial("InvalidMessageContents", true)},
	{"part unmentioned", 5, unmentioned},
	{"part neither accepted nor mentioned", 5, unaccepted},
	{"out of order", 8, shuffle},
	{"wrong MD5", 5, wrongMD5},
	{"body garbled on its way", 4, garbled},
	{"unknown entries", 3, unknownEntries},
	{"batch refused", 2, refuse(400, "com.amazonaws.sqs#InvalidMessageContents")},
	{"denied", 1, denied},
	{"slow before", 2, func(c *call, forward func() answer) { c.hang(); c.reply(c.noteRefusals(forward())) }},
	{"slow after", 2, func(c *call, forward func() answer) { a := forward(); c.hang(); c.reply(c.noteRefusals(a)) }},
}

// returnFaults are the faults of ChangeMessageVisibilityBatch, which only cost time.
var returnFaults = []fault{
	{"return throttled", 3, refuse(400, "com.amazonaws.sqs#RequestThrottled")},
	{"return failed", 3, refuse(500, "com.amazon.coral.service#InternalFailure")},
	{"return cut before", 2, func(*call, func() answer) { cut() }},
	{"return cut after", 2, func(_ *call, forward func() answer) { forward(); cut() }},
	{"return slow", 1, func(c *call, forward func() answer) { c.hang(); c.reply(forward()) }},
}

// cut ends the connection without an answer.
func cut() { panic(http.ErrAbortHandler) }

// refuse responds with an error instead of SQS. Some errors are permanent, and the runtime
// must not retry them.
func refuse(status int, kind string) func(*call, func() answer) {
	return func(c *call, _ func() answer) {
		alone := len(c.entries) == 1 && kind == "com.amazonaws.sqs#InvalidMessageContents"
		if alone || kind == "com.amazon.coral.service#AccessDeniedException" {
			c.noteRefused(c.entries)
		}
		c.write(status, fmt.Appendf(nil, `{"__type":%q,"message":"as planned"}`, kind))
	}
}

// noteRefused notes that messages are refused for good.
func (c *call) noteRefused(entries []entry) {
	for _, e := range entries {
		c.trial.ledger.refused(e.sentMessage)
	}
}

// noteRefusals notes the messages that an answer refuses for good.
func (c *call) noteRefusals(a answer) answer {
	for _, f := range a.Failed {
		if f["Code"] == "InvalidMessageContents" {
			for _, e := range c.allEntries {
				if e.id == f["Id"] {
					c.trial.ledger.refused(e.sentMessage)
				}
			}
		}
	}
	return a
}

// partial removes some entries from a batch and reports them as failed.
func partial(code string, senderFault bool) func(*call, func() answer) {
	return func(c *call, forward func() answer) {
		out := c.takeOut(func(entry) bool { return c.trial.draw("entry", 3) == 0 })
		a := forward()
		a.Failed = append(a.Failed, failures(out, code, senderFault)...)
		c.reply(c.noteRefusals(a))
	}
}

// unmentioned removes entries that SQS has accepted from the answer.
func unmentioned(c *call, forward func() answer) {
	a := c.noteRefusals(forward())
	a.Successful = slices.DeleteFunc(a.Successful, func(map[string]any) bool { return c.trial.draw("entry", 2) == 0 })
	c.reply(a)
}

// unaccepted removes entries from the call, and does not mention them in the answer.
func unaccepted(c *call, forward func() answer) {
	c.takeOut(func(entry) bool { return c.trial.draw("entry", 2) == 0 })
	c.reply(c.noteRefusals(forward()))
}

// shuffle responds in another order.
func shuffle(c *call, forward func() answer) {
	a := c.noteRefusals(forward())
	for i := range a.Successful {
		j := c.trial.draw("place", i+1)
		a.Successful[i], a.Successful[j] = a.Successful[j], a.Successful[i]
	}
	c.reply(a)
}

// wrongMD5 responds with a wrong digest for one of the accepted entries.
func wrongMD5(c *call, forward func() answer) {
	a := forward()
	if len(a.Successful) == 0 {
		cut()
	}
	a.Successful[c.trial.draw("entry", len(a.Successful))]["MD5OfMessageBody"] = noDigest
	c.write(http.StatusOK, c.encode(a))
}

const noDigest = "00000000000000000000000000000000"

// garbled responds as if SQS had received another body for one of the entries.
func garbled(c *call, forward func() answer) {
	victim := c.entries[c.trial.draw("entry", len(c.entries))].id
	c.takeOut(func(e entry) bool { return e.id == victim })
	a := forward()
	a.Successful = append(a.Successful, map[string]any{"Id": victim, "MessageId": "garbled", "MD5OfMessageBody": noDigest})
	c.write(http.StatusOK, c.encode(a))
}

// unknownEntries adds entries to the answer that are not in the call.
func unknownEntries(c *call, forward func() answer) {
	a := c.noteRefusals(forward())
	for _, id := range []string{"17", "-1", "x"} {
		a.Failed = append(a.Failed, map[string]any{"Id": id, "Code": "InvalidMessageContents", "SenderFault": true})
	}
	c.reply(a)
}

// truncate ends the connection in the middle of the answer.
func truncate(c *call, forward func() answer) {
	text := c.encode(forward())
	c.out.Header().Set("Content-Length", fmt.Sprint(len(text)))
	c.out.WriteHeader(http.StatusOK)
	c.out.Write(text[:len(text)/2])
	http.NewResponseController(c.out).Flush()
	cut()
}
