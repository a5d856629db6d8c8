package queue

import (
	"errors"
	"maps"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// TestAllProblemsAtOnce: all problems of a queue are reported together.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	s := newService()
	_, err := s.Create("q", attrs{"DelaySeconds": "901", "VisibilityTimeout": "x", "MaximumMessageSize": "1024"}, nil)
	var e *sqserr.Error
	if !errors.As(err, &e) || e.Code != sqserr.InvalidAttributeValue || !strings.Contains(e.Message, "DelaySeconds") || !strings.Contains(e.Message, "VisibilityTimeout") {
		t.Errorf("the error is %v", err)
	}
	_, err = s.Create("q", attrs{"Colour": "red", "ContentBasedDeduplication": "true"}, nil)
	if !errors.As(err, &e) || e.Code != sqserr.InvalidAttributeName || !strings.Contains(e.Message, "Colour") || !strings.Contains(e.Message, "FIFO") {
		t.Errorf("the error is %v", err)
	}
	if len(s.Snapshot()) != 0 {
		t.Error("the queue was created")
	}
}

// TestSettingIsAllOrNothing: if one value is invalid, none is set.
func TestSettingIsAllOrNothing(t *testing.T) {
	t.Parallel()
	q := create(t, newService(), "q", attrs{"DelaySeconds": "5"})
	before := maps.Clone(q.attributes)
	wantCode(t, q.configure(attrs{"DelaySeconds": "7", "VisibilityTimeout": "x"}, false), sqserr.InvalidAttributeValue)
	if !maps.Equal(q.attributes, before) || q.settings.delay.Seconds() != 5 {
		t.Errorf("the attributes are %v", q.attributes)
	}
}

// TestPolicyOutlivesItsTarget: a dead-letter queue may be deleted, or no longer allow
// its source queue. Other attributes of the source queue can still be set.
func TestPolicyOutlivesItsTarget(t *testing.T) {
	t.Parallel()
	for _, spoil := range []func(dead *Queue) error{
		func(dead *Queue) error {
			return dead.service.Delete(dead)
		},
		func(dead *Queue) error {
			return dead.configure(attrs{"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`}, false)
		},
	} {
		q, dead := pair(t, newService(), "3", nil)
		if err := spoil(dead); err != nil {
			t.Fatal(err)
		}
		if err := q.configure(attrs{"DelaySeconds": "7"}, false); err != nil {
			t.Error(err)
		}
		wantCode(t, q.configure(attrs{"RedrivePolicy": q.attributes["RedrivePolicy"]}, false), sqserr.InvalidParameterValue)
	}
}

// TestFailedSettingIsNoChange: LastModifiedTimestamp does not change.
func TestFailedSettingIsNoChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", nil)
		time.Sleep(time.Minute)
		wantCode(t, q.SetAttributes(attrs{"Policy": "x"}), sqserr.InvalidAttributeValue)
		if !q.modified.Equal(q.created) {
			t.Errorf("modified at %v, created at %v", q.modified, q.created)
		}
	})
}

func TestOneKindOfEncryption(t *testing.T) {
	t.Parallel()
	s := newService()
	_, err := s.Create("q", attrs{"KmsMasterKeyId": "k", "SqsManagedSseEnabled": "true"}, nil)
	wantCode(t, err, sqserr.InvalidAttributeName)
	q := create(t, s, "q", attrs{"KmsMasterKeyId": "k"})
	for _, step := range []struct {
		set       attrs
		key, ours string
	}{
		{nil, "k", "false"},
		{attrs{"SqsManagedSseEnabled": "true"}, "", "true"},
		{attrs{"KmsMasterKeyId": "k2"}, "k2", "false"},
		{attrs{"KmsMasterKeyId": ""}, "", "false"},
	} {
		if err := q.configure(step.set, false); err != nil {
			t.Error(err)
		}
		if key, ours := q.attributes["KmsMasterKeyId"], q.attributes["SqsManagedSseEnabled"]; key != step.key || ours != step.ours {
			t.Errorf("after %v the key is %q, and SQS-managed encryption %s", step.set, key, ours)
		}
	}
}

// TestNamesOfAttributesComeFirst: an unknown name is reported before a value that
// differs from an existing queue.
func TestNamesOfAttributesComeFirst(t *testing.T) {
	t.Parallel()
	s := newService()
	create(t, s, "q", nil)
	_, err := s.Create("q", attrs{"Colour": "red"}, nil)
	wantCode(t, err, sqserr.InvalidAttributeName)
	_, err = s.Create("q", attrs{"DelaySeconds": "1"}, nil)
	wantCode(t, err, sqserr.QueueNameExists)
}

func TestTags(t *testing.T) {
	t.Parallel()
	q := create(t, newService(), "q", nil)
	many := attrs{}
	for i := range maxTags {
		many[strconv.Itoa(i)] = ""
	}
	if err := q.Tag(many); err != nil {
		t.Error(err)
	}
	wantCode(t, q.Tag(attrs{"one more": ""}), sqserr.InvalidParameterValue)
	if err := q.Tag(attrs{"0": "again"}); err != nil {
		t.Error(err)
	}
	q.tags = attrs{}
	for _, good := range []attrs{{strings.Repeat("ä", 128): strings.Repeat("日", 256)}, {"a b_.:/=+-@": "a b_.:/=+-@"}} {
		if err := q.Tag(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []attrs{{"": "v"}, {strings.Repeat("k", 129): ""}, {"k": strings.Repeat("v", 257)}, {"aws:k": "v"}, {"k": "aws:v"}, {"k!": "v"}, {"k": "v!"}} {
		wantCode(t, q.Tag(bad), sqserr.InvalidParameterValue)
	}
}

func TestSystemAttributesHaveAnOrder(t *testing.T) {
	t.Parallel()
	q := create(t, newService(), "q.fifo", attrs{"FifoQueue": "true"})
	sendAs(t, q, Outgoing{Body: "b", GroupID: "g", DeduplicationID: "d", TraceHeader: "Root=1"})
	m := one(t, q)
	got := ""
	for name := range m.SystemAttributes() {
		got += name + " "
	}
	if want := "ApproximateReceiveCount AWSTraceHeader SentTimestamp SequenceNumber MessageGroupId SenderId MessageDeduplicationId ApproximateFirstReceiveTimestamp "; got != want {
		t.Errorf("the order is %s, want %s", got, want)
	}
	for range m.SystemAttributes() {
		break // must not go on
	}
}

func TestQueueHasURLAndARN(t *testing.T) {
	t.Parallel()
	q := create(t, newService(), "q", nil)
	if q.Name() != "q" || q.URL() != "http://127.0.0.1:9324/000000000000/q" || q.ARN() != "arn:aws:sqs:us-east-1:000000000000:q" || q.FIFO() {
		t.Errorf("%s %s %s %t", q.Name(), q.URL(), q.ARN(), q.FIFO())
	}
}
