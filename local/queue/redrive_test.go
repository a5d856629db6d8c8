package queue

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// TestRedriveIsAtomic fails messages until they are dead-lettered. Meanwhile the
// counts must always add up.
func TestRedriveIsAtomic(t *testing.T) {
	t.Parallel()
	s := newService()
	q, dead := pair(t, s, "3", nil)
	const n = 300
	for i := range n {
		send(t, q, fmt.Sprint(i))
	}
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for {
				messages := receiveFor(t, q, 7, 0, time.Minute)
				if len(messages) == 0 {
					return
				}
				for _, m := range messages {
					if err := q.ChangeVisibility(m.ReceiptHandle, 0); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	for now := s.Snapshot(); now[dead.name].Visible < n; now = s.Snapshot() {
		live, gone := now[q.name], now[dead.name]
		if sum := live.Visible + live.InFlight + gone.Visible; sum != n {
			t.Fatalf("%d messages are there, want %d: %+v", sum, n, now)
		}
		// Workers may have ended while all messages were in flight with the others.
		for _, m := range receiveFor(t, q, 1, 0, time.Minute) {
			if err := q.ChangeVisibility(m.ReceiptHandle, 0); err != nil {
				t.Error(err)
			}
		}
	}
	workers.Wait()
	if got := s.Snapshot()[dead.name].Arrived; got != n {
		t.Errorf("%d have arrived in the dead-letter queue, want %d", got, n)
	}
}

func TestDeadLetterKeepsIDAndAttributes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, dead := pair(t, newService(), "1", attrs{"MessageRetentionPeriod": "600"})
		sent := sendAs(t, q, Outgoing{Body: "b", TraceHeader: "Root=1", GroupID: "tenant"})
		sentAt := time.Now()
		time.Sleep(time.Minute)
		receiveFor(t, q, 1, 0, 0)
		if got := receive(t, q, 10); len(got) != 0 {
			t.Fatalf("received %d messages once more", len(got))
		}
		m := one(t, dead)
		if m.ID != sent.ID || m.ReceiveCount != 2 {
			t.Errorf("the dead letter is %+v", m)
		}
		got := attrs{}
		for name, value := range m.SystemAttributes() {
			got[name] = value
		}
		expected := attrs{
			"SentTimestamp": milliseconds(sentAt), "AWSTraceHeader": "Root=1", "MessageGroupId": "tenant", "DeadLetterQueueSourceArn": q.ARN(),
			"ApproximateFirstReceiveTimestamp": milliseconds(sentAt.Add(time.Minute)),
		}
		for name, want := range expected {
			if got[name] != want {
				t.Errorf("%s is %q, want %q", name, got[name], want)
			}
		}
		// It expires ten minutes after it was sent, not after it was moved.
		time.Sleep(9 * time.Minute)
		wantStats(t, dead, 0, 0, 0)
	})
}

// TestAllFIFODeadLettersArrive: messages with the same deduplication ID arrive too.
func TestAllFIFODeadLettersArrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, dead := pair(t, newService(), "1", attrs{"FifoQueue": "true"})
		for range 2 {
			sendAs(t, q, Outgoing{Body: "b", GroupID: "g", DeduplicationID: "d"})
			receiveFor(t, q, 1, 0, 0)
			receive(t, q, 1)
			time.Sleep(recentWindow)
		}
		wantStats(t, q, 0, 0, 0)
		wantStats(t, dead, 2, 0, 0)
		for _, m := range receive(t, dead, 2) {
			if m.content.deduplication != m.ID {
				t.Errorf("the deduplication ID is %s, want the message's", m.content.deduplication)
			}
		}
	})
}

// TestDeadLetterQueueWithARedrivePolicy: receives in the first queue don't count in
// the next.
func TestDeadLetterQueueWithARedrivePolicy(t *testing.T) {
	t.Parallel()
	q, dead := pair(t, newService(), "3", nil)
	last := create(t, q.service, "last", nil)
	if err := dead.configure(attrs{"RedrivePolicy": `{"deadLetterTargetArn":"` + last.ARN() + `","maxReceiveCount":"2"}`}, false); err != nil {
		t.Fatal(err)
	}
	send(t, q, "b")
	for range 4 {
		receiveFor(t, q, 1, 0, 0)
	}
	for range 2 {
		if got := receiveFor(t, dead, 1, 0, 0); len(got) != 1 {
			t.Fatal("the dead letter is gone too early")
		}
	}
	receiveFor(t, dead, 1, 0, 0)
	wantStats(t, last, 1, 0, 0)
}

// TestDeletedDeadLetterQueue: messages stay in their source queue.
func TestDeletedDeadLetterQueue(t *testing.T) {
	t.Parallel()
	s := newService()
	q, dead := pair(t, s, "1", nil)
	send(t, q, "b")
	if err := dead.service.Delete(dead); err != nil {
		t.Fatal(err)
	}
	for n := 1; n < 4; n++ {
		if m := receiveFor(t, q, 1, 0, 0); len(m) != 1 || m[0].ReceiveCount != n {
			t.Fatalf("receive %d returned %+v", n, m)
		}
	}
}

// TestReceiveMovesDeadLettersAndGoesOn: one receive moves dead letters and continues
// with other messages.
func TestReceiveMovesDeadLettersAndGoesOn(t *testing.T) {
	t.Parallel()
	q, dead := pair(t, newService(), "1", nil)
	send(t, q, "x")
	send(t, q, "y")
	receiveFor(t, q, 2, 0, 0)
	send(t, q, "z")
	if got := bodies(receive(t, q, 1)); got != "z" {
		t.Errorf("received %s, want z", got)
	}
	wantStats(t, q, 0, 1, 0)
	wantStats(t, dead, 2, 0, 0)
}

// TestBadRedrivePolicies expects the errors of SQS.
func TestBadRedrivePolicies(t *testing.T) {
	t.Parallel()
	s := newService()
	dead := `"deadLetterTargetArn":"` + create(t, s, "dead", nil).ARN() + `"`
	for policy, reason := range map[string]string{
		`no JSON`:                              "not a valid JSON map",
		`[]`:                                   "not a valid JSON map",
		`{}`:                                   "mandatory attribute: maxReceiveCount",
		`{` + dead + `}`:                       "mandatory attribute: maxReceiveCount",
		`{"maxReceiveCount":3}`:                "mandatory attribute: deadLetterTargetArn",
		`{` + dead + `,"maxReceiveCount":0}`:   "Invalid value for maxReceiveCount",
		`{` + dead + `,"maxReceiveCount":"x"}`: "Invalid value for maxReceiveCount",
		`{"deadLetterTargetArn":5,"maxReceiveCount":3}`: "Invalid value for deadLetterTargetArn",
	} {
		_, err := s.Create("q", attrs{"RedrivePolicy": policy}, nil)
		wantCode(t, err, sqserr.InvalidParameterValue)
		if !strings.Contains(err.Error(), reason) {
			t.Errorf("%s is refused with %v, want %q", policy, err, reason)
		}
	}
}

func TestRedriveAllowPolicy(t *testing.T) {
	t.Parallel()
	s := newService()
	for policy, ok := range map[string]bool{
		`{"redrivePermission":"allowAll"}`:                                              true,
		`{"redrivePermission":"denyAll"}`:                                               false,
		`{"redrivePermission":"byQueue","sourceQueueArns":["` + s.arn("source") + `"]}`: true,
		`{"redrivePermission":"byQueue","sourceQueueArns":["` + s.arn("others") + `"]}`: false,
	} {
		s := newService()
		dead := create(t, s, "dead", attrs{"RedriveAllowPolicy": policy})
		_, err := s.Create("source", attrs{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead.ARN() + `","maxReceiveCount":3}`}, nil)
		if (err == nil) != ok {
			t.Errorf("%s: %v", policy, err)
		}
	}
	for _, policy := range []string{`x`, `{}`, `{"redrivePermission":"some"}`, `{"redrivePermission":"byQueue"}`, `{"redrivePermission":"allowAll","sourceQueueArns":["a"]}`} {
		_, err := s.Create("dead", attrs{"RedriveAllowPolicy": policy}, nil)
		wantCode(t, err, sqserr.InvalidAttributeValue)
	}
}
