//go:build unix

package local

import (
	"net/http"
	"testing"
)

// waitUntil waits until the snapshot is as wanted.
func waitUntil(t *testing.T, s *Stack, wanted func(Snapshot) bool) {
	t.Helper()
	changes := s.service.Watch()
	defer changes.Stop()
	for !wanted(s.Snapshot()) {
		select {
		case <-s.activity.Settled():
		case <-changes.C:
		case <-t.Context().Done():
			t.Fatalf("%+v", s.Snapshot())
		}
	}
}

// TestMaximumConcurrencyOfProcesses processes as many messages at a time as the event
// source mapping allows, and starts no more processes.
func TestMaximumConcurrencyOfProcesses(t *testing.T) {
	t.Parallel()
	g, o := newGate(t, "hang")
	s := startMapping(t, o, 100, "MemorySize: 128", "BatchSize: 1, ScalingConfig: {MaximumConcurrency: 2}")
	for _, body := range []string{"a", "b", "c"} {
		if err := s.Send("Work", body); err != nil {
			t.Fatal(err)
		}
	}
	first, second := g.accept(), g.accept()
	if now := s.Snapshot(); now.Queues["Work"].Waiting != 1 || now.Functions["Function"].ColdStarts != 2 {
		t.Errorf("%+v", now)
	}
	first.Close()
	g.accept().Close()
	second.Close()
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := s.Snapshot(); now.Mappings["Mapping"] != (MappingState{Received: 3, Succeeded: 3}) || now.Functions["Function"].ColdStarts != 2 {
		t.Errorf("%+v", now)
	}
}

// TestConcurrencyOfProcessesGrows has more batches than the five that Lambda
// starts with.
func TestConcurrencyOfProcessesGrows(t *testing.T) {
	t.Parallel()
	g, o := newGate(t, "hang")
	o.Concurrency = 7
	s := startMapping(t, o, 100, "MemorySize: 128", "BatchSize: 1")
	for range 7 {
		if err := s.Send("Work", "x"); err != nil {
			t.Fatal(err)
		}
	}
	for range 7 {
		defer g.accept().Close()
	}
	if q := s.Snapshot().Queues["Work"]; q.InFlight != 7 {
		t.Errorf("%+v", q)
	}
}

// TestThrottledMessagesAreDeadLettered keeps the function's only process busy for
// longer than a message waits. The message counts as received, and is dead-lettered.
func TestThrottledMessagesAreDeadLettered(t *testing.T) {
	t.Parallel()
	g, o := newGate(t, "hang")
	s := startMapping(t, o, 1, "ReservedConcurrentExecutions: 1", "BatchSize: 1")
	for range 5 { // each until it times out
		call(t, s, "POST", invokePath, "{}", "X-Amz-Invocation-Type", "Event")
	}
	g.accept()
	if err := s.Send("Work", "x"); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, s, func(now Snapshot) bool { return now.Queues["Dead"].Waiting == 1 })
	if m := s.Snapshot().Mappings["Mapping"]; m != (MappingState{Throttled: 1}) {
		t.Errorf("%+v", m)
	}
}

// TestMappingsOfAllKinds refers to functions in every way that an event source
// mapping accepts.
func TestMappingsOfAllKinds(t *testing.T) {
	t.Parallel()
	const template = `
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 100}}
  B: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 100}}
  C: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 100}}
  D: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 100}}
  Plain: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: 100}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Plain}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !GetAtt Plain.Arn, FunctionVersion: !GetAtt Version.Version, Name: live}}
  ByARN: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt A.Arn, FunctionName: !GetAtt Plain.Arn}}
  ByAlias: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt B.Arn, FunctionName: !Ref Alias}}
  Serverless:
    Type: AWS::Serverless::Function
    Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100, AutoPublishAlias: live, Events: {Own: {Type: SQS, Properties: {Queue: !GetAtt C.Arn}}}}
  Other: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100, Events: {Off: {Type: SQS, Properties: {Queue: !GetAtt D.Arn, Enabled: false}}}}}
`
	s := startTemplate(t, template, options(t, "batch"))
	for _, id := range []string{"A", "B", "C", "D"} {
		if err := s.Send(id, "x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := s.Snapshot()
	for _, id := range []string{"ByARN", "ByAlias", "ServerlessOwn"} {
		if now.Mappings[id] != (MappingState{Received: 1, Succeeded: 1}) {
			t.Errorf("%s: %+v", id, now.Mappings[id])
		}
	}
	if _, runs := now.Functions["Other"]; runs || now.Queues["D"].Waiting != 1 {
		t.Errorf("%+v", now)
	}
	if r, _ := call(t, s, "POST", invokeBy("Other"), "{}"); r.StatusCode != http.StatusNotFound {
		t.Error(r.Status)
	}
}
