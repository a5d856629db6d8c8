//go:build unix

package local

import (
	"strings"
	"testing"
)

// TestAnInvalidReplyDeletesNothing has a function answer a batch with a reply that
// Lambda does not understand: its message is retried, then dead-lettered.
func TestAnInvalidReplyDeletesNothing(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), parse(t, `
Resources:
  Dead: {Type: AWS::SQS::Queue}
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 1, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}}}
  Function: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: 1}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Function, FunctionResponseTypes: [ReportBatchItemFailures]}
`), options(t, "garbage"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.Send("Work", "x"); err != nil {
		t.Fatal(err)
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := s.Snapshot()
	for range 2 { // Peek changes nothing
		if deadLetters := s.Peek("Dead", 10); len(deadLetters) != 1 || deadLetters[0].Body != "x" || deadLetters[0].Received != 1 {
			t.Errorf("%+v", deadLetters)
		}
	}
	if f := now.Functions["Function"]; !strings.Contains(f.LastError, `not a JSON object: "all is well"`) {
		t.Errorf("%+v", f)
	}
	if m := now.Mappings["Mapping"]; m.Crashed != 1 || m.Succeeded != 0 {
		t.Errorf("%+v", m)
	}
	if n, err := s.Redrive("Dead", "Work", []string{"none"}); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := s.Redrive("Dead", "Work", nil); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if q := s.Snapshot().Queues; q["Dead"].Waiting+q["Dead"].InFlight != 0 || q["Work"].Arrived != 2 {
		t.Errorf("%+v", q)
	}
}
