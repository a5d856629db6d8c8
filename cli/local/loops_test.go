package local

import (
	"maps"
	"strings"
	"testing"
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

// TestLoops: a function that does not run here may hold anything.
func TestLoops(t *testing.T) {
	t.Parallel()
	pl, problems := planOf(t, strings.Replace(loopTemplate, "COLLECTION", "!Ref Names", 1), Options{})
	if strings.Count(problems, "STAR") != 1 || !strings.Contains(problems, "code is not on this machine") {
		t.Error(problems)
	}
	if got := pl.functions[0].environment; !maps.Equal(got, map[string]string{"QUEUE_a": "Worka", "QUEUE_b": "Workb"}) {
		t.Error(got)
	}
	if len(pl.queues) != 2 || nameOfARN(pl.mappings[0].queueARN) != "Workb" {
		t.Errorf("%+v", pl)
	}
}

func TestALoopThatIsLeft(t *testing.T) {
	t.Parallel()
	for collection, want := range map[string]string{
		"!Ref Unknown": "--parameter-overrides Unknown=VALUE",
		"text":         "a list is wanted here",
		"a, b":         "a list of 3 values is wanted here",
	} {
		_, problems := planOf(t, strings.Replace(loopTemplate, "COLLECTION", collection, 1), Options{})
		if strings.Count(problems, "STAR") != 2 || !strings.Contains(problems, want) {
			t.Errorf("%s: %s", collection, problems)
		}
	}
}
