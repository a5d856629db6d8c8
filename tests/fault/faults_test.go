package fault

import (
	"fmt"
	"net/http"
	"slices"
)

// fault is a way in which a call of SQS can go wrong. take hands the call to
// the service, or what is left of it.
type fault struct {
	name   string
	weight int
	do     func(c *call, take func() answer)
}

var healthy = fault{"healthy", 0, func(c *call, take func() answer) { c.say(c.settled(take())) }}

// denied is a call for which SQS says that the function has no right to it.
var denied = refuse(400, "com.amazon.coral.service#AccessDeniedException")

// burialDenied befalls calls to the dead-letter queue, over and above what befalls
// every send: nearly all of that passes when it is tried again, and so leaves no
// burial undone.
var burialDenied = fault{"burial denied", 0, denied}

// tooLong befalls batches of a size that the world's service does not take, each
// time: only alone do their messages get through.
var tooLong = fault{"batch too long", 0, func(c *call, _ func() answer) {
	status, kind := http.StatusBadRequest, "com.amazonaws.sqs#BatchRequestTooLong"
	if c.w.seed%2 == 0 {
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
	{"HTTP 502 of something between", 2, func(c *call, _ func() answer) { c.write(502, []byte("<html>Bad Gateway")) }},
	{"cut before", 8, func(*call, func() answer) { cut() }},
	{"cut after", 8, func(_ *call, take func() answer) { take(); cut() }},
	{"cut in the answer", 6, truncate},
	{"garbage", 4, func(c *call, take func() answer) { take(); c.write(200, []byte("<html>no JSON")) }},
	{"garbage, and nothing taken", 3, func(c *call, _ func() answer) { c.write(200, []byte("<html>no JSON")) }},
	{"silence", 4, func(c *call, take func() answer) { take(); c.write(200, []byte("{}")) }},
	{"silence, and nothing taken", 4, func(c *call, _ func() answer) { c.write(200, []byte("{}")) }},
	{"part failed", 10, partial("InternalError", false)},
	{"part throttled", 6, partial("RequestThrottled", true)},
	{"part refused", 1, partial("InvalidMessageContents", true)},
	{"part unmentioned", 5, unmentioned},
	{"part neither taken nor mentioned", 5, untaken},
	{"out of order", 8, shuffle},
	{"wrong MD5", 5, wrongMD5},
	{"body garbled on its way", 4, garbled},
	{"unknown entries", 3, strangers},
	{"batch refused", 2, refuse(400, "com.amazonaws.sqs#InvalidMessageContents")},
	{"denied", 1, denied},
	{"slow before", 2, func(c *call, take func() answer) { c.linger(); c.say(c.settled(take())) }},
	{"slow after", 2, func(c *call, take func() answer) { a := take(); c.linger(); c.say(c.settled(a)) }},
}

// returnFaults are those of ChangeMessageVisibilityBatch, whose failure costs
// time and nothing else.
var returnFaults = []fault{
	{"return throttled", 3, refuse(400, "com.amazonaws.sqs#RequestThrottled")},
	{"return failed", 3, refuse(500, "com.amazon.coral.service#InternalFailure")},
	{"return cut before", 2, func(*call, func() answer) { cut() }},
	{"return cut after", 2, func(_ *call, take func() answer) { take(); cut() }},
	{"return slow", 1, func(c *call, take func() answer) { c.linger(); c.say(take()) }},
}

// cut ends the connection without an answer.
func cut() { panic(http.ErrAbortHandler) }

// refuse answers for SQS, which never sees the call. The process has to give up
// what is refused for good.
func refuse(status int, kind string) func(*call, func() answer) {
	return func(c *call, _ func() answer) {
		alone := len(c.entries) == 1 && kind == "com.amazonaws.sqs#InvalidMessageContents"
		if alone || kind == "com.amazon.coral.service#AccessDeniedException" {
			c.refuse(c.entries)
		}
		c.write(status, fmt.Appendf(nil, `{"__type":%q,"message":"as planned"}`, kind))
	}
}

func (c *call) refuse(entries []entry) {
	for _, e := range entries {
		c.w.refused(e.sent)
	}
}

// settled takes note of what an answer refuses for good.
func (c *call) settled(a answer) answer {
	for _, f := range a.Failed {
		if f["Code"] == "InvalidMessageContents" {
			for _, e := range c.all {
				if e.id == f["Id"] {
					c.w.refused(e.sent)
				}
			}
		}
	}
	return a
}

// partial takes some entries out of a batch and reports them failed.
func partial(code string, senderFault bool) func(*call, func() answer) {
	return func(c *call, take func() answer) {
		out := c.takeOut(func(entry) bool { return c.w.lot("entry", 3) == 0 })
		a := take()
		a.Failed = append(a.Failed, failures(out, code, senderFault)...)
		c.say(c.settled(a))
	}
}

// unmentioned leaves entries that SQS took out of the answer.
func unmentioned(c *call, take func() answer) {
	a := c.settled(take())
	a.Successful = slices.DeleteFunc(a.Successful, func(map[string]any) bool { return c.w.lot("entry", 2) == 0 })
	c.say(a)
}

// untaken leaves entries out that SQS never saw.
func untaken(c *call, take func() answer) {
	c.takeOut(func(entry) bool { return c.w.lot("entry", 2) == 0 })
	c.say(c.settled(take()))
}

func shuffle(c *call, take func() answer) {
	a := c.settled(take())
	for i := range a.Successful {
		j := c.w.lot("place", i+1)
		a.Successful[i], a.Successful[j] = a.Successful[j], a.Successful[i]
	}
	c.say(a)
}

func wrongMD5(c *call, take func() answer) {
	a := take()
	if len(a.Successful) == 0 {
		cut()
	}
	a.Successful[c.w.lot("entry", len(a.Successful))]["MD5OfMessageBody"] = noDigest
	c.write(http.StatusOK, c.encode(a))
}

const noDigest = "00000000000000000000000000000000"

// garbled answers as SQS does that got another body than the one that was sent.
func garbled(c *call, take func() answer) {
	victim := c.entries[c.w.lot("entry", len(c.entries))].id
	c.takeOut(func(e entry) bool { return e.id == victim })
	a := take()
	a.Successful = append(a.Successful, map[string]any{"Id": victim, "MessageId": "garbled", "MD5OfMessageBody": noDigest})
	c.write(http.StatusOK, c.encode(a))
}

// strangers answers about entries that were not in the call too.
func strangers(c *call, take func() answer) {
	a := c.settled(take())
	for _, id := range []string{"17", "-1", "x"} {
		a.Failed = append(a.Failed, map[string]any{"Id": id, "Code": "InvalidMessageContents", "SenderFault": true})
	}
	c.say(a)
}

// truncate ends the connection in the midst of the answer.
func truncate(c *call, take func() answer) {
	text := c.encode(take())
	c.out.Header().Set("Content-Length", fmt.Sprint(len(text)))
	c.out.WriteHeader(http.StatusOK)
	c.out.Write(text[:len(text)/2])
	http.NewResponseController(c.out).Flush()
	cut()
}
