package engine

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

// sentTo lists the messages that the queues have accepted, as step=body.
func (x *trial) sentTo() string {
	var all []string
	for _, q := range []struct{ step, url string }{{"work", ownQueue}, {"sink", sinkQueue}, {"ordered", fifoQueue}} {
		for _, body := range x.sqs.bodies(q.url) {
			all = append(all, q.step+"="+body)
		}
	}
	return strings.Join(all, " ")
}

func (x *trial) generator() *Generator {
	return NewGenerator(x.config, x.sqs, NewLog(&x.log, ""), &x.metrics)
}

func TestGenerateFunctionInputs(t *testing.T) {
	t.Parallel()
	for input, c := range map[string]struct {
		defaultStep string
		want        string // the sent messages
		err         string // or a part of the error
	}{
		`{"step":"sink","data":{"a":1}}`:                      {"", `sink={"a":1}`, ""},
		`{"step":"sink"}`:                                     {"", `sink=null`, ""},
		`{"step":"sink","data":[{"step":"work"}]}`:            {"", `sink=[{"step":"work"}]`, ""},
		`[{"step":"sink","data":1},{"step":"work","data":2}]`: {"", `work=2 sink=1`, ""},
		`{"step":"ordered","data":1,"group":"g"}`:             {"", `ordered=1`, ""},
		`[]`:                            {"", ``, ""},
		`[{"step":"sink","data":1}]`:    {"work", `sink=1`, ""},
		`{"a":1}`:                       {"work", `work={"a":1}`, ""},
		` [1, 2] `:                      {"work", `work=[1,2]`, ""},
		`null`:                          {"work", `work=null`, ""},
		`"x"`:                           {"work", `work="x"`, ""},
		`[{"a":1}]`:                     {"work", `work=[{"a":1}]`, ""},
		`{"data":1}`:                    {"", ``, "step is missing"},
		`7`:                             {"", ``, "names no step"},
		`{"step":5,"data":1}`:           {"work", ``, "step is missing or not a string"},
		`{"step":"sinc","data":1}`:      {"", ``, "did you mean sink?"},
		`{"step":"sink","dta":1}`:       {"", ``, `unknown key "dta"`},
		`{"step":"sink","delay":"1m"}`:  {"", ``, `delay is "1m" (allowed: a number of seconds)`},
		`{"step":"sink","delay":1e300}`: {"", ``, `invalid delay: `},
		`{"step":"sink","group":7}`:     {"", ``, `group is 7`},
		`[{"step":"sink","data":1},{"data":2},{"step":"nope"}]`:  {"", ``, "item 1: step is missing"},
		`[{"step":"sink","data":1},{"step":"nope"},{"step":""}]`: {"", ``, "item 2: step is missing"},
		`[{"step":"sink"},{"step":"nope"},{"step":"never"}]`:     {"", ``, "item 2: unknown step \"never\""},
		`[{"step":"sink","data":1},7]`:                           {"", ``, "names no step"},
	} {
		x := newTrial()
		x.config.DefaultStep = c.defaultStep
		answer, err := x.generator().Invoke(t.Context(), []byte(input))
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %s, %v; want an error with %q", input, answer, err, c.err)
			}
		case err != nil:
			t.Errorf("%s: %v", input, err)
		}
		if got := x.sentTo(); got != c.want {
			t.Errorf("%s: sent %q, want %q", input, got, c.want)
		}
	}
}

func TestGenerateFunctionAnswersWithMessageIDsInOrder(t *testing.T) {
	t.Parallel()
	x := newTrial()
	var input []string
	for i := range 25 {
		input = append(input, fmt.Sprintf(`{"step":%q,"data":%d,"delay":0}`, []string{"sink", "work"}[i%2], i))
	}
	text, err := x.generator().Invoke(t.Context(), []byte("["+strings.Join(input, ",")+"]"))
	if err != nil {
		t.Fatal(err)
	}
	var a struct{ MessageIds []string }
	if err := json.Unmarshal(text, &a); err != nil || len(a.MessageIds) != 25 {
		t.Fatalf("answer %s", text)
	}
	for i, id := range a.MessageIds {
		queue := []string{sinkQueue, ownQueue}[i%2]
		place := number(strings.TrimPrefix(id, queue+"-")) - 1
		if !strings.HasPrefix(id, queue) || x.sqs.accepted[queue][place].Body != fmt.Sprint(i) {
			t.Errorf("item %d has the ID %s", i, id)
		}
	}
	if m := x.sqs.accepted[sinkQueue][0]; len(m.Attributes) != 0 {
		t.Errorf("a kick-off has attributes: %+v", m)
	}
	if !strings.Contains(x.metrics.String(), `"step":"generate","generated":25`) || strings.Contains(x.metrics.String(), "received") {
		t.Errorf("metrics %s", x.metrics.String())
	}
}

func TestGenerateFunctionServesHTTPEvents(t *testing.T) {
	t.Parallel()
	const body = `{"step":"sink","data":1}`
	quoted, _ := json.Marshal(body)
	encoded := base64.StdEncoding.EncodeToString([]byte(body))
	v1 := `{"httpMethod":"POST","headers":{"a":"b"},"multiValueHeaders":{"a":["b"]},"requestContext":{"stage":"x"},"body":`
	v2 := `{"version":"2.0","requestContext":{"http":{"method":"POST"}},"body":`
	elb := `{"httpMethod":"POST","headers":{},"requestContext":{"elb":{"targetGroupArn":"x"}},"body":`
	elbMulti := `{"httpMethod":"POST","multiValueHeaders":{},"requestContext":{"elb":{}},"body":`
	const accepted = `"body":"{\"messageIds\":[\"https://sqs/1/sink-1\"]}"`
	for event, c := range map[string]struct {
		defaultStep string
		want        []string
		sent        string
	}{
		v1 + string(quoted) + `}`:                              {"", []string{`"statusCode":202`, accepted, `"headers":{"Content-Type"`, `"isBase64Encoded":false`}, "sink=1"},
		v2 + string(quoted) + `}`:                              {"", []string{`"statusCode":202`, accepted}, "sink=1"},
		v2 + `"` + encoded + `","isBase64Encoded":true}`:       {"", []string{`"statusCode":202`, accepted}, "sink=1"},
		elb + string(quoted) + `}`:                             {"", []string{`"statusCode":202`, `"statusDescription":"202 Accepted"`, `"headers":{`}, "sink=1"},
		elbMulti + string(quoted) + `}`:                        {"", []string{`"statusCode":202`, `"multiValueHeaders":{"Content-Type":["application/json"]}`}, "sink=1"},
		v2 + `"{\"step\":\"sinc\"}"}`:                          {"", []string{`"statusCode":400`, `did you mean sink?`}, ""},
		v2 + `"no JSON"}`:                                      {"work", []string{`"statusCode":400`, `not JSON`}, ""},
		v2 + `"%%%","isBase64Encoded":true}`:                   {"work", []string{`"statusCode":400`, `base64`}, ""},
		v2 + `null}`:                                           {"", []string{`"statusCode":400`, `step`}, ""},
		v2 + `"{\"a\":1}"}`:                                    {"work", []string{`"statusCode":202`}, `work={"a":1}`},
		v2 + `""}`:                                             {"work", []string{`"statusCode":202`}, `work=` + v2 + `""}`},
		`{"requestContext":{"eventType":"CONNECT"},"body":""}`: {"work", []string{`{"messageIds":[`}, `work={"requestContext":{"eventType":"CONNECT"},"body":""}`},
	} {
		x := newTrial()
		x.config.DefaultStep = c.defaultStep
		answer, err := x.generator().Invoke(t.Context(), []byte(event))
		if err != nil {
			t.Errorf("%s: %v", event, err)
		}
		for _, want := range c.want {
			if !strings.Contains(string(answer), want) {
				t.Errorf("%s: answer %s, want %s", event, answer, want)
			}
		}
		if got := x.sentTo(); got != c.sent {
			t.Errorf("%s: sent %q, want %q", event, got, c.sent)
		}
	}
	x := newTrial()
	if answer, _ := x.generator().Invoke(t.Context(), []byte(v1+string(quoted)+`}`)); strings.Contains(string(answer), "statusDescription") {
		t.Errorf("API Gateway refuses unknown keys: %s", answer)
	}
}

func TestGenerateFunctionAnswersAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if _, err := newTrial().generator().Invoke(t.Context(), []byte(`{"step":"sink"}`)); err != nil || time.Since(began) != 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestGenerateFunctionReportsWhatWasSent(t *testing.T) {
	t.Parallel()
	const list = `[{"step":"sink","data":1},{"step":"sink","data":2},{"step":"sink","data":3}]`
	x := newTrial()
	x.sqs.fault = refuses("2")
	answer, err := x.generator().Invoke(t.Context(), []byte(list))
	if !errors.Is(err, ErrNotSent) || !strings.Contains(err.Error(), "2 of 3 items were sent") || !strings.Contains(err.Error(), "item 1: ") {
		t.Errorf("%s, %v", answer, err)
	}
	quoted, _ := json.Marshal(list)
	answer, err = x.generator().Invoke(t.Context(), []byte(`{"requestContext":{"http":{}},"body":`+string(quoted)+`}`))
	if err != nil || !strings.Contains(string(answer), `"statusCode":502`) || !strings.Contains(string(answer), `\",null,\"`) {
		t.Errorf("%s, %v", answer, err)
	}
}

func TestGenerateFunctionEndsBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.fault = func(int, string, []*sqs.Message) ([]sqs.Result, error) { return nil, errBroken }
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := x.generator().Invoke(ctx, []byte(`{"step":"sink"}`))
		if !errors.Is(err, ErrNotSent) || ctx.Err() != nil {
			t.Errorf("%v; deadline passed: %v", err, ctx.Err())
		}
	})
}
