package plan

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
)

// planOf makes the plan of a template, and returns its problems.
func planOf(t *testing.T, source string, o Options) (*Plan, string) {
	t.Helper()
	template, problems := cfn.Parse([]byte(source))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	o.Location = resolve.Location{Region: "us-east-1", QueueURL: "http://x/000000000000/"}
	if o.Parameters, problems = resolve.Parameters(template, nil); problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	pl, problems := New(template, o)
	return pl, problems.Text()
}

func TestPlanOfQueues(t *testing.T) {
	t.Parallel()
	pl, problems := planOf(t, `
Parameters: {Most: {Type: Number, Default: 4}}
Conditions: {Never: !Equals [a, b]}
Resources:
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 7, DelaySeconds: "1", KmsMasterKeyId: alias/x, FifoQueue: false, ContentBasedDeduplication: false,
    RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: !Ref Most}}}
  Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, ContentBasedDeduplication: true, RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:1:far.fifo","maxReceiveCount":"2"}'}}
  Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: graveyard, MessageRetentionPeriod: 1209600,
    RedriveAllowPolicy: {redrivePermission: byQueue, sourceQueueArns: [!GetAtt Work.Arn, "arn:aws:sqs:eu-west-1:1:far"]}}}
  Absent: {Type: AWS::SQS::Queue, Condition: Never}
  Topic: {Type: AWS::SNS::Topic}
`, Options{})
	if problems != "" {
		t.Fatal(problems)
	}
	var got []string
	for _, q := range pl.Queues {
		line := q.Name
		for _, name := range slices.Sorted(maps.Keys(q.Attributes)) {
			line += fmt.Sprintf(" %s=%s", name, q.Attributes[name])
		}
		got = append(got, line)
	}
	want := []string{ // dead-letter queues come first, and so do those in place of queues outside the template
		`graveyard MessageRetentionPeriod=1209600 RedriveAllowPolicy={"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:000000000000:Work","arn:aws:sqs:us-east-1:000000000000:far"]}`,
		`Work DelaySeconds=1 RedrivePolicy={"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:graveyard","maxReceiveCount":4} VisibilityTimeout=7`,
		`far.fifo FifoQueue=true MessageRetentionPeriod=1209600`,
		`Ordered.fifo ContentBasedDeduplication=true FifoQueue=true RedrivePolicy={"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:far.fifo","maxReceiveCount":2}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestPlanOfServerlessFunctions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "src"), 0o700); err != nil {
		t.Fatal(err)
	}
	pl, problems := planOf(t, `
Globals: {Function: {Runtime: provided.al2023, Timeout: 5, Environment: {Variables: {ONE: "1", TWO: "2"}}}}
Resources:
  Work: {Type: AWS::SQS::Queue}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: bootstrap
      MemorySize: 512
      ReservedConcurrentExecutions: 3
      Environment: {Variables: {TWO: two, SECRET: "{{resolve:ssm:/a}}"}}
      Events:
        Items:
          Type: SQS
          Properties: {Queue: !GetAtt Work.Arn, BatchSize: 20, MaximumBatchingWindowInSeconds: 2, FunctionResponseTypes: [ReportBatchItemFailures],
            ScalingConfig: {MaximumConcurrency: 4}, FilterCriteria: {Filters: [{Pattern: '{"body":["x"]}'}, {Pattern: '{"body":["y"]}'}]}}
        Off: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn, Enabled: false}}
        Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
`, Options{Dir: dir, Environment: map[string]string{"SECRET": "given"}})
	if problems != "" {
		t.Fatal(problems)
	}
	f := pl.Functions[0]
	if f.Timeout != 5*time.Second || f.MemorySize != 512 || f.ReservedConcurrency != 3 || f.Handler != "bootstrap" || f.Code != (Code{Path: filepath.Join(dir, "src"), Runtime: "provided.al2023"}) {
		t.Errorf("%+v", f)
	}
	if !maps.Equal(f.Environment, map[string]string{"ONE": "1", "TWO": "two", "SECRET": "given"}) {
		t.Errorf("%v", f.Environment)
	}
	if len(pl.Mappings) != 2 {
		t.Fatalf("%d mappings", len(pl.Mappings))
	}
	m, off := pl.Mappings[0], pl.Mappings[1]
	if m.ID != "FunctionItems" || !m.Enabled || m.BatchSize != 20 || m.Window != 2*time.Second || m.MaxConcurrency != 4 || !m.ReportsFailures || len(m.Filters) != 2 || m.FunctionName != "Function" || arn.Name(m.QueueARN) != "Work" {
		t.Errorf("%+v", m)
	}
	if off.Enabled || off.BatchSize != 10 || off.Window != 0 || off.MaxConcurrency != 0 || off.ReportsFailures || off.Filters != nil {
		t.Errorf("%+v", off)
	}
}

func TestPlanReports(t *testing.T) {
	t.Parallel()
	const work, function = `  Work: {Type: AWS::SQS::Queue}
`, `  F: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: .}}
`
	mapping := func(properties string) string {
		return work + function + "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref F, " + properties + "}}\n"
	}
	for resources, want := range map[string]string{
		mapping(`BatchSize: 0`):                              "BatchSize is 0 (allowed: 1 to 10,000)",
		mapping(`BatchSize: many`):                           "is not an integer",
		mapping(`MaximumBatchingWindowInSeconds: 301`):       "MaximumBatchingWindowInSeconds is 301 (allowed: 0 to 300)",
		mapping(`Enabled: perhaps`):                          "perhaps",
		mapping(`FilterCriteria: {Filters: [{Pattern: x}]}`): "the pattern of the filter is not valid",
		mapping(`FilterCriteria: {Filters: x}`):              " is not a list",
		mapping(`FilterCriteria: {Filters: [` + strings.Repeat(`{Pattern: "{}"},`, 11) + `]}`):                                                  "Filters has 11 filters (allowed: up to 10)",
		work + "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: other}}\n":            "the function other is not in the template",
		function + "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: \"arn:aws:sqs:x:1:q\", FunctionName: !Ref F}}\n":  "the queue arn:aws:sqs:x:1:q is not in the template",
		work + "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn}}\n":                                 "the event source mapping has no function",
		"  S: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: ., Events: {E: {Type: SQS}}}}\n":                "the event source mapping has no queue",
		work + "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !Ref Work, FunctionName: other}}\n":                   "is the queue's URL, not its ARN",
		"  S: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: SQS, Properties: {Queue: 'https://sqs.x/1/a'}}}}}\n":            "is the queue's URL, not its ARN",
		work + "  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: 'arn:aws-cn:sqs:x:1:q', FunctionName: other}}\n":      "the queue arn:aws-cn:sqs:x:1:q is not in the template",
		work + "  Same: {Type: AWS::SQS::Queue, Properties: {QueueName: Work}}\n":                                                               "Work and Same are both named Work",
		"  W: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {maxReceiveCount: 3}}}\n":                                                     "the redrive policy requires",
		"  W: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: 'x'}}\n":                                                                      "the policy is not JSON",
		"  F: {Type: AWS::Lambda::Function, Properties: {PackageType: Image, Code: {ImageUri: x}}}\n":                                           "container images are not supported by star run",
		"  F: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Code: .}}\n":                                                      "nodejs22.x is supported by star run only in a Star::Job",
		"  F: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: {S3Bucket: b, S3Key: k}}}\n":                           "its code is not a local folder or zip file",
		"  F: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: none}}\n":                                       "does not exist",
		"  F: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: ., Environment: {Variables: {AA: !ImportValue x}}}}\n": "--env AA=VALUE",
	} {
		o := Options{Dir: t.TempDir()}
		if strings.Contains(resources, " F:") {
			o.Required = []string{"F"}
		}
		_, problems := planOf(t, "Resources:\n"+resources, o)
		if !strings.Contains(problems, want) {
			t.Errorf("%s\nno %q in:\n%s", resources, want, problems)
		}
	}
}

// TestANameThatCannotBeResolvedIsReportedOnce: a queue or function without a name is
// not missing from the template.
func TestANameThatCannotBeResolvedIsReportedOnce(t *testing.T) {
	t.Parallel()
	for _, properties := range []string{
		"EventSourceArn: !GetAtt Work.Arn, FunctionName: !ImportValue name",
		"EventSourceArn: !GetAtt Named.Arn, FunctionName: !Ref F",
	} {
		_, problems := planOf(t, `
Resources:
  Work: {Type: AWS::SQS::Queue}
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue name}}
  F: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: .}}
  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {`+properties+"}}\n", Options{Dir: t.TempDir()})
		if strings.Count(problems, "STAR") != 1 || !strings.Contains(problems, "Fn::ImportValue is resolved only in AWS") {
			t.Errorf("%s\n%s", properties, problems)
		}
	}
}

// TestLongNamesAreShortened: CloudFormation generates names that fit, even for long
// logical IDs.
func TestLongNamesAreShortened(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200)
	pl, problems := planOf(t, `
Resources:
  `+long+`A: {Type: AWS::SQS::Queue}
  `+long+`B: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
  `+long+`C: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: .}}
  `+long+`D: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: .}}
`, Options{Dir: t.TempDir()})
	if problems != "" {
		t.Fatal(problems)
	}
	a, b, c, d := pl.Queues[0].Name, pl.Queues[1].Name, pl.Functions[0].Name, pl.Functions[1].Name
	if len(a) != 80 || len(b) != 80 || !strings.HasSuffix(b, ".fifo") || len(c) != 64 || len(d) != 64 || c == d {
		t.Errorf("%s\n%s\n%s\n%s", a, b, c, d)
	}
}
