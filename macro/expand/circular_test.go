package expand_test

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/expand"
)

// TestNoCircularDependency expects no report about references that may not be a
// dependency.
func TestNoCircularDependency(t *testing.T) {
	for name, c := range map[string]struct{ resource, variable string }{
		"of the function's alias":       {"{Type: AWS::CloudWatch::Alarm, Properties: {Dimensions: [{Name: FunctionName, Value: !Ref Replay}]}}", "none"},
		"of SAM's, which makes several": {"{Type: AWS::Serverless::GraphQLApi, Properties: {DataSources: {Lambda: {Own: {FunctionArn: !GetAtt Replay.walk.Function.Arn}}}}}", "!Ref Own"},
		"in a branch":                   {"{Type: AWS::SNS::Topic, Properties: {Subscription: [!If [Two, !Ref AWS::NoValue, {Protocol: lambda, Endpoint: !GetAtt Replay.walk.Function.Arn}]]}}", "!If [Two, !Ref Own, none]"},
		"of a hidden name":              {"{Type: AWS::SNS::Topic, Properties: {Name: !Ref Replay}}", "!Sub ['${Own}', {Own: here}]"},
		"of an escaped name":            {"{Type: AWS::SNS::Topic, Properties: {Name: !Ref Replay}}", "!Sub '${!Own}'"},
		"one way":                       {"{Type: AWS::SNS::Topic, Properties: {Name: !GetAtt Replay.walk.Queue.Name}}", "!Sub '${Own}'"},
	} {
		source := strings.NewReplacer("RESOURCE", c.resource, "VARIABLE", c.variable).Replace(`
Transform: [StarJob, AWS::Serverless-2016-10-31]
Conditions: {Two: !Equals [!Ref AWS::Region, eu-west-1]}
Resources:
  Own: RESOURCE
  Code:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://bucket/key
      Handler: bootstrap
      Runtime: provided.al2023
      AutoPublishAlias: live
      DeploymentPreference: {Type: AllAtOnce, Alarms: [!Ref Own]}
      Environment: {Variables: {OWN: VARIABLE}}
  Replay: {Type: Star::Job, Properties: {Function: !Ref Code, Steps: {walk: {}}}}
`)
		if _, problems := expand.Template(parse(t, source), expand.Options{}); len(problems) > 0 {
			t.Errorf("%s: %s", name, problems.Text())
		}
	}
}

// TestCircularDependencyIsReportedOnce makes all resources of two jobs depend on each
// other, and expects one problem.
func TestCircularDependencyIsReportedOnce(t *testing.T) {
	source := large(5, "") + "  Other:\n    Type: Star::Job\n    DependsOn: Replay\n" + large(5, "")[len("Transform: StarJob\nResources:\n  Replay:\n    Type: Star::Job\n"):]
	source = strings.Replace(source, "    Type: Star::Job\n", "    Type: Star::Job\n    DependsOn: [Other, Own]\n", 1) + "  Own: {Type: AWS::SNS::Topic, DependsOn: Other}\n"
	_, problems := expand.Template(parse(t, source), expand.Options{})
	if len(problems) != 1 || problems[0].Code != diag.CircularDependency {
		t.Errorf("want one circular dependency, got\n%s", problems.Text())
	}
}
