package plan

import (
	"maps"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/arn"
)

const loopTemplate = `
Parameters: {Names: {Type: CommaDelimitedList, Default: "a,b"}, Unknown: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Queues: [Name, !Ref Names, {"Work${Name}": {Type: AWS::SQS::Queue}}]
  Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://bucket/key
      Runtime: provided.al2023
      Environment: {Variables: {Fn::ForEach::Variables: [Name, COLLECTION, {"QUEUE_${Name}": !GetAtt "Work${Name}.QueueName"}]}}
      Events: {Items: {Type: SQS, Properties: {Queue: !GetAtt Workb.Arn}}}
  Elsewhere:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: web, Runtime: ruby3.4, Environment: {Variables: {API: !ImportValue api, TABLE: !GetAtt Worka.Colour}}}
`

// TestForEachIsExpanded also has functions that do not run, with arbitrary values.
func TestForEachIsExpanded(t *testing.T) {
	t.Parallel()
	pl, problems := planOf(t, strings.Replace(loopTemplate, "COLLECTION", "!Ref Names", 1), Options{})
	if strings.Count(problems, "STAR") != 1 || !strings.Contains(problems, "code is not a local folder or zip file") {
		t.Error(problems)
	}
	if got := pl.Functions[0].Environment; !maps.Equal(got, map[string]string{"QUEUE_a": "Worka", "QUEUE_b": "Workb"}) {
		t.Error(got)
	}
	if len(pl.Queues) != 2 || arn.Name(pl.Mappings[0].QueueARN) != "Workb" {
		t.Errorf("%+v", pl)
	}
}

func TestForEachThatCannotBeExpandedIsReported(t *testing.T) {
	t.Parallel()
	for collection, want := range map[string]string{
		"!Ref Unknown": "--parameter-overrides Unknown=VALUE",
		"text":         " is not a list",
		"a, b":         "the argument must be a list of 3 values",
	} {
		_, problems := planOf(t, strings.Replace(loopTemplate, "COLLECTION", collection, 1), Options{})
		if strings.Count(problems, "STAR") != 2 || !strings.Contains(problems, want) {
			t.Errorf("%s: %s", collection, problems)
		}
	}
}

// TestForEachOfResourcesThatCannotBeExpanded: without required functions, its
// resources must run; otherwise there is only a note.
func TestForEachOfResourcesThatCannotBeExpanded(t *testing.T) {
	t.Parallel()
	const workers = `
Parameters: {Unknown: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Subnets: [Name, !Ref Unknown, {"Subnet${Name}": {Type: AWS::EC2::Subnet}}]
  Fn::ForEach::Workers:
  - Name
  - COLLECTION
  - "Queue${Name}": {Type: AWS::SQS::Queue}
    "Function${Name}": {Type: AWS::Serverless::Function, Properties: {Events: {Items: {Type: SQS, Properties: {Queue: !GetAtt [!Sub "Queue${Name}", Arn]}}}}}
  Function: {Type: AWS::Lambda::Function, Properties: {Code: ., Runtime: provided.al2023, Environment: {Variables: {AA: VALUE}}}}
`
	for _, c := range []struct{ collection, value, required, want string }{
		{"!Ref Unknown", "x", "", "--parameter-overrides Unknown=VALUE"},
		{"[[a, b]]", "x", "", "is not a string"},
		{"!Ref Unknown", "x", "Function", ""},
		{"!Ref Unknown", "!Ref Queuea", "Function", "--parameter-overrides Unknown=VALUE"},
		{"!Ref Unknown", "!Ref Topic", "Function", "Topic is not a parameter or resource of the template"},
	} {
		o := Options{Dir: t.TempDir()}
		if c.required != "" {
			o.Required = []string{c.required}
		}
		template := strings.NewReplacer("COLLECTION", c.collection, "VALUE", c.value).Replace(workers)
		_, problems := planOf(t, template, o)
		if c.want == "" && problems != "" || c.want != "" && strings.Count(problems, "STAR") != 1 || !strings.Contains(problems, c.want) {
			t.Errorf("%+v: %s", c, problems)
		}
	}
}

// TestForEachOfSeveralIdentifiersIsReported, as it is not supported locally.
func TestForEachOfSeveralIdentifiersIsReported(t *testing.T) {
	t.Parallel()
	_, problems := planOf(t, `
Resources:
  Fn::ForEach::Queues: [[Name, Delay], [[a, 1], [b, 2]], {"Queue${Name}": {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !Ref Delay}}}]
  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Queuea.Arn, FunctionName: x}}
`, Options{})
	if !strings.Contains(problems, "is not the name of an identifier") || strings.Contains(problems, "not a parameter or resource") {
		t.Error(problems)
	}
}
