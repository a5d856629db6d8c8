package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// answered is a response to CloudFormation.
type answered struct {
	RequestID    string `json:"requestId"`
	Status       string `json:"status"`
	ErrorMessage string `json:"errorMessage"`
	Fragment     json.RawMessage
}

func invoke(t *testing.T, event string) answered {
	t.Helper()
	response, err := handler{}.Invoke(context.Background(), []byte(event))
	if err != nil {
		t.Fatalf("the handler returned an error, which CloudFormation would not show: %v", err)
	}
	var a answered
	if err := json.Unmarshal(response, &a); err != nil {
		t.Fatalf("%v: %s", err, response)
	}
	return a
}

func event(fragment string) string {
	return `{"accountId":"111111111111","region":"us-east-1","transformId":"111111111111::StarJob","requestId":"r-1","params":{},` +
		`"templateParameterValues":{"Seconds":"10"},"fragment":` + fragment + `}`
}

func job(properties string) string {
	return `{"Resources":{"Replay":{"Type":"Star::Job","Properties":{"Function":{"Runtime":"provided.al2023","Code":{"S3Bucket":"b","S3Key":"k"},"Timeout":{"Ref":"Seconds"}},` + properties + `}}}}`
}

func TestInvokeExpandsTheFragment(t *testing.T) {
	a := invoke(t, event(job(`"Steps":{"walk":{}}`)))
	if a.RequestID != "r-1" || a.Status != "success" || a.ErrorMessage != "" {
		t.Fatalf("answered %+v", a)
	}
	// 6 times the 10 seconds of the parameter.
	if want := `"ReplayWalkQueue":{"Type":"AWS::SQS::Queue","Properties":{"VisibilityTimeout":60,`; !strings.Contains(string(a.Fragment), want) {
		t.Errorf("%s\nis not in\n%s", want, a.Fragment)
	}
}

func TestInvokeReportsProblems(t *testing.T) {
	var keys []string
	for i := range 200 {
		keys = append(keys, fmt.Sprintf(`"Nonsense%d":1`, i))
	}
	many := `"Steps":{"walk":{` + strings.Join(keys, ",") + `}}`
	for _, c := range []struct {
		name, event string
		want        []string
	}{
		{"all problems", event(job(`"Stepz":1,"Steps":{"walk":{"Retri":1}}`)), []string{"2 problems:", "STAR010 unknown key: Stepz is not a property of a Star::Job; at Resources.Replay.Properties.Stepz", "; at Resources.Replay.Properties.Steps.walk.Retri"}},
		{"more than fit", event(job(many)), []string{"200 problems:", "more; run star check TEMPLATE to list all"}},
		{"twice", event(`{"Resources":{"A":{},"A":{}}}`), []string{"STAR002 duplicate key: A appears twice; at Resources.A; "}},
		{"snippet", event(`{"Type":"AWS::SNS::Topic"}`), []string{"STAR005", "Fn::Transform", "Transform: [StarJob,"}},
		{"no fragment", `{"requestId":"r-1"}`, []string{"STAR005"}},
		{"no steps", event(job(`"Steps":{}`)), []string{"1 problem:", "STAR012"}},
		{"too large", event(job(`"Steps":{"walk":{"Tags":{"T":"` + strings.Repeat("x", 1_000_000) + `"}}}`)), []string{"STAR040"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := invoke(t, c.event)
			if a.RequestID != "r-1" || a.Status != "failure" || a.Fragment != nil {
				t.Errorf("answered %+v", a)
			}
			for _, want := range c.want {
				if !strings.Contains(a.ErrorMessage, want) {
					t.Errorf("%q is not in %q", want, a.ErrorMessage)
				}
			}
			if len(a.ErrorMessage) > maxMessage+100 {
				t.Errorf("the message has %d bytes", len(a.ErrorMessage))
			}
		})
	}
}

// TestInvokeNeverReturnsAnError sends malformed events, and events that are nested
// deeper than encoding/json accepts.
func TestInvokeNeverReturnsAnError(t *testing.T) {
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	for _, e := range []string{"", "null", "[]", "{", `{"fragment":null}`, `{"requestId":{"a":1},"fragment":{"Resources":null}}`, deep,
		event(`{"Resources":{},"Deep":` + deep + `}`),
		event(strings.Replace(job(`"Steps":{"walk":{}}`), "{", `{"Deep":`+deep+`,`, 1))} {
		response, err := handler{}.Invoke(context.Background(), []byte(e))
		if err != nil || len(response) == 0 || response[0] != '{' {
			t.Errorf("%.40q: %q, %v", e, response, err)
		}
	}
}

func TestPanicsBecomeFailures(t *testing.T) {
	problems := internal("out of order")
	response := string(failure(nil, problems))
	for _, want := range []string{`"requestId":""`, `"status":"failure"`, "STAR099", "out of order"} {
		if !strings.Contains(response, want) {
			t.Errorf("%q is not in %s", want, response)
		}
	}
}
