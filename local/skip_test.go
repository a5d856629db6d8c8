//go:build unix

package local

import (
	"slices"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/macro/diag"
)

const mixedTemplate = `
Conditions: {Unknown: !Equals [!ImportValue stage, dev]}
Resources:
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 100}}
  Audit: {Type: AWS::SQS::Queue, Properties: {QueueName: audit, DelaySeconds: !ImportValue delay, RedrivePolicy: {deadLetterTargetArn: !ImportValue dead, maxReceiveCount: 3}}}
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue name}}
  Slow: {Type: AWS::Lambda::Function, Properties: {FunctionName: !ImportValue slow, Timeout: !ImportValue timeout, Runtime: nodejs22.x, Code: web}}
  Fn::ForEach::Audits: [Name, !ImportValue names, {"Audit${Name}": {Type: AWS::SQS::Queue}}]
  Table: {Type: AWS::DynamoDB::Table}
  Stream: {Type: AWS::Kinesis::Stream}
  Web:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      CodeUri: web
      Environment: {Variables: {STAGE: !If [Unknown, a, b], API: !ImportValue api}}
      Events:
        Get: {Type: Api}
        Theirs: {Type: SQS, Properties: {Queue: "arn:aws:sqs:us-east-1:123456789012:theirs"}}
        None: {Type: SQS}
        Imported: {Type: SQS, Properties: {Queue: !ImportValue queue, Enabled: false}}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      CodeUri: code
      Events:
        Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Post: {Type: HttpApi}
  Changes: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Table.StreamArn, FunctionName: !Ref Web}}
  Records: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Stream.Arn, FunctionName: !Ref Web}}
  Orphan: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: other}}
  Idle: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn}}
  Shown: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Web}}
`

// planOf makes the plan of a template, as Start does, and returns its
// problems.
func planOf(t *testing.T, source string, o Options) (*plan.Plan, string) {
	t.Helper()
	template := parse(t, source)
	var problems diag.List
	if o.Parameters, problems = Parameters(template, nil); problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	pl, problems := plan.New(template, planOptions(o, "http://x"))
	return pl, problems.Text()
}

// TestUnusedResourcesAreSkipped runs one function of a template
// with others that cannot run locally.
func TestUnusedResourcesAreSkipped(t *testing.T) {
	t.Parallel()
	var notes []string
	o := options(t, "echo")
	o.Note = func(text string) { notes = append(notes, text) }
	s := startTemplate(t, mixedTemplate, o, "Function")
	if got, err := s.Invoke(t.Context(), "Function", []byte("1")); err != nil || string(got) != "1" {
		t.Errorf("%s, %v", got, err)
	}
	want := []string{
		"skipping loop Audits: Fn::ImportValue is resolved only in AWS",
		"skipping event source mapping WebTheirs: its queue arn:aws:sqs:us-east-1:123456789012:theirs is not in the template",
		"skipping event source mapping WebNone: it has no queue",
		"skipping event source mapping Changes: Table.StreamArn, an attribute of AWS::DynamoDB::Table, is known only in AWS",
		"skipping event source mapping Orphan: its function other is not in the template",
		"skipping event source mapping Idle: it has no function",
		"skipping event source mapping Shown: Fn::ImportValue is resolved only in AWS",
		"skipping Audit.Properties.DelaySeconds: Fn::ImportValue is resolved only in AWS",
		"skipping Audit.Properties.RedrivePolicy.deadLetterTargetArn: Fn::ImportValue is resolved only in AWS",
		"skipping Named.Properties.QueueName: Fn::ImportValue is resolved only in AWS",
		"skipping events of Function: Daily (Schedule), Post (HttpApi); star run supports only SQS",
	}
	if !slices.Equal(notes, want) {
		t.Errorf("got %s", strings.Join(notes, "\n"))
	}
	queues := s.Snapshot().Queues
	if _, named := queues["Named"]; len(queues) != 2 || named {
		t.Errorf("%v", queues)
	}
}

// TestQueuesOfMappingsAreNotSkipped tests that their properties are still required.
func TestQueuesOfMappingsAreNotSkipped(t *testing.T) {
	t.Parallel()
	o := options(t, "echo")
	o.Functions = []string{"Function"}
	template := strings.Replace(mixedTemplate, "VisibilityTimeout: 100", "VisibilityTimeout: !ImportValue seconds", 1)
	template = strings.Replace(template, "FunctionName: !Ref Web}}\n  Records", "FunctionName: !Ref Web}}\n  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Function}}\n  Records", 1)
	if _, problems := planOf(t, template, o); strings.Count(problems, "STAR") != 1 || !strings.Contains(problems, "Work.Properties.VisibilityTimeout") {
		t.Error(problems)
	}
}

// TestWithoutRequiredFunctionsSupportedOnesRun skips functions that star run does not
// support, unless no others remain.
func TestWithoutRequiredFunctionsSupportedOnesRun(t *testing.T) {
	t.Parallel()
	const template = `
Resources:
  Work: {Type: AWS::SQS::Queue}
  Web:
    Type: AWS::Serverless::Function
    Properties: {Runtime: nodejs22.x, CodeUri: web, Environment: {Variables: {API: !ImportValue api}}, Events: {Theirs: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}}}
`
	const function = `
  Function:
    Type: AWS::Serverless::Function
    Properties: {Runtime: provided.al2023, CodeUri: code, Events: {Ours: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}}}
`
	var notes []string
	o := options(t, "echo")
	o.Functions, o.Note = nil, func(text string) { notes = append(notes, text) }
	s := startTemplate(t, template+function, o)
	if mappings := s.Snapshot().Mappings; len(mappings) != 1 {
		t.Errorf("%v", mappings)
	}
	if len(notes) != 1 || notes[0] != "skipping event source mapping WebTheirs: nodejs22.x is supported by star run only in a Star::Job" {
		t.Errorf("%q", notes)
	}
	if _, problems := planOf(t, template, o); !strings.Contains(problems, "STAR062") || !strings.Contains(problems, "Fn::ImportValue") {
		t.Errorf("%q", problems)
	}
	for written, want := range map[string]string{
		"CodeUri: code, Timeout: !ImportValue seconds": "Function.Properties.Timeout", // a flag can provide it
		"CodeUri: cdoe": "does not exist",
	} {
		broken := strings.Replace(function, "CodeUri: code", written, 1)
		_, problems := planOf(t, template+strings.Replace(function, "Function:", "Other:", 1)+broken, o)
		if !strings.Contains(problems, want) {
			t.Errorf("%s is skipped silently: %q", written, problems)
		}
	}
}

// TestAConditionIsReportedForEachUse: the first use may be in a resource that does
// not run locally.
func TestAConditionIsReportedForEachUse(t *testing.T) {
	t.Parallel()
	o := options(t, "echo")
	o.Functions = []string{"Function"}
	_, problems := planOf(t, strings.Replace(mixedTemplate, "CodeUri: code", "CodeUri: code\n      Environment: {Variables: {STAGE: !If [Unknown, a, b]}}", 1), o)
	if strings.Count(problems, "STAR") != 1 || !strings.Contains(problems, "Conditions.Unknown") {
		t.Error(problems)
	}
	o.Functions = nil // then the event source mappings must run
	if _, problems = planOf(t, mixedTemplate, o); !strings.Contains(problems, "Table.StreamArn, an attribute of AWS::DynamoDB::Table") || !strings.Contains(problems, "nodejs22.x is supported by star run only in a Star::Job") {
		t.Error(problems)
	}
}

// TestADisabledMappingMayReferToMissingResources: templates enable event source
// mappings by a parameter, where the resources exist.
func TestADisabledMappingMayReferToMissingResources(t *testing.T) {
	t.Parallel()
	s := startTemplate(t, `
Resources:
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 100}}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      CodeUri: code
      Events:
        Items: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}
        Theirs: {Type: SQS, Properties: {Queue: "arn:aws:sqs:us-east-1:123456789012:theirs", Enabled: false}}
        Imported: {Type: SQS, Properties: {Queue: !ImportValue queue, Enabled: false}}
  Orphan: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: other, Enabled: "false"}}
`, options(t, "echo"))
	if got := s.Mappings(); len(got) != 1 || got[0].ID != "FunctionItems" {
		t.Errorf("%+v", got)
	}
}
