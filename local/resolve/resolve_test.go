package resolve

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
)

// world is the template around the values of the tests below.
const world = `
Parameters:
  Size: {Type: Number, Default: 7}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Stage: {Type: String, Default: dev}
  Missing: {Type: String}
  Secret: {Type: String, Default: "{{resolve:secretsmanager:a:SecretString:b}}"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /some/key}
Mappings:
  Sizes: {dev: {small: 1, list: [x, y]}}
Conditions:
  Dev: !Equals [!Ref Stage, dev]
  Prod: !Not [!Condition Dev]
  Both: !And [!Condition Dev, !Condition Prod]
  Either: !Or [!Condition Dev, !Condition Prod]
  Seven: !Equals [!Ref Size, "7"]
  Circle: !Not [!Condition Circle]
  Fn::ForEach::Stages: [S, [Test, Live], {"Is${S}": !Equals [!Ref Stage, !Ref S]}]
Resources:
  Fn::ForEach::Queues:
  - Name
  - !Ref Names
  - Fn::ForEach::Kinds:
    - Kind
    - [x-1, y]
    - "Q${Name}&{Kind}": {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${Name}-${Kind}-${Stage}"}}
  Fn::ForEach::Unknown: [Name, !Ref Missing, {"U${Name}": {Type: AWS::SQS::Queue}}]
  Work: {Type: AWS::SQS::Queue}
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${Stage}-work"}}
  Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
  Code: {Type: AWS::Lambda::Function, Properties: {FunctionName: !If [Dev, !Ref AWS::NoValue, other]}}
  Data: {Type: AWS::S3::Bucket}
  News: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
  Table: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: things}}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: bus}}
  Machine: {Type: AWS::Serverless::StateMachine, Properties: {Name: machine}}
  Key: {Type: AWS::SecretsManager::Secret}
  Published: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
  Plain: {Type: AWS::Serverless::Function}
  Absent: {Type: AWS::SQS::Queue, Condition: Prod}
  Self: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Self}}
`

// resolveIn resolves a value of the template world.
func resolveIn(t *testing.T, value string) (*cfn.Node, []string) {
	t.Helper()
	template, problems := cfn.Parse([]byte(world + "Value: " + value + "\n"))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	parameters, problems := Parameters(template, nil)
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	tpl := New(template, parameters, Location{Region: "us-east-1", QueueURL: "http://127.0.0.1:1/000000000000/"})
	v := tpl.Value(cfn.Path{"Value"}, tpl.root.Get("Value"))
	var texts []string
	for _, d := range tpl.Problems() {
		texts = append(texts, d.Path+": "+d.Problem+"; "+d.Fix)
	}
	return v, texts
}

func TestResolve(t *testing.T) {
	for value, want := range map[string]string{
		`plain`:                 `"plain"`,
		`!Ref Qax1`:             `"http://127.0.0.1:1/000000000000/a-x-1-dev"`,
		`!GetAtt Qby.QueueName`: `"b-y-dev"`,
		`!If [IsLive, 1, 2]`:    `2`,
		`{Fn::ForEach::All: [N, !Ref Names, {"V_${N}": !GetAtt "Q${N}y.QueueName", "W_${N}": [!Ref N]}], Z: 1}`: `{"V_a":"a-y-dev","W_a":["a"],"V_b":"b-y-dev","W_b":["b"],"Z":1}`,
		`!Ref Published.Alias`:                                `"arn:aws:lambda:us-east-1:000000000000:function:Published:live"`,
		`!Sub "${Published.Version}"`:                         `"arn:aws:lambda:us-east-1:000000000000:function:Published:1"`,
		`{A: 1, B: [true, !Ref Stage], C: !Ref AWS::NoValue}`: `{"A":1,"B":[true,"dev"]}`,
		`!Ref Size`:                 `"7"`,
		`!Ref Names`:                `["a","b"]`,
		`!Ref AWS::Region`:          `"us-east-1"`,
		`!Ref Work`:                 `"http://127.0.0.1:1/000000000000/Work"`,
		`!Ref Named`:                `"http://127.0.0.1:1/000000000000/dev-work"`,
		`!Ref Code`:                 `"Code"`,
		`!Ref Data`:                 `"data"`,
		`!Ref News`:                 `"arn:aws:sns:us-east-1:000000000000:news"`,
		`!GetAtt News.TopicArn`:     `"arn:aws:sns:us-east-1:000000000000:news"`,
		`!GetAtt News.TopicName`:    `"news"`,
		`!Sub "${News}"`:            `"arn:aws:sns:us-east-1:000000000000:news"`,
		`!Ref Table`:                `"things"`,
		`!GetAtt Table.Arn`:         `"arn:aws:dynamodb:us-east-1:000000000000:table/things"`,
		`!Ref Bus`:                  `"bus"`,
		`!GetAtt Bus.Arn`:           `"arn:aws:events:us-east-1:000000000000:event-bus/bus"`,
		`!Ref Machine`:              `"arn:aws:states:us-east-1:000000000000:stateMachine:machine"`,
		`!Ref Key`:                  `"arn:aws:secretsmanager:us-east-1:000000000000:secret:Key"`,
		`!GetAtt Ordered.QueueName`: `"Ordered.fifo"`,
		`!GetAtt Named.Arn`:         `"arn:aws:sqs:us-east-1:000000000000:dev-work"`,
		`!GetAtt Work.QueueUrl`:     `"http://127.0.0.1:1/000000000000/Work"`,
		`!GetAtt Code.Arn`:          `"arn:aws:lambda:us-east-1:000000000000:function:Code"`,
		`!GetAtt [!Join ["", [Na, med]], !Select [0, [Arn, QueueUrl]]]`: `"arn:aws:sqs:us-east-1:000000000000:dev-work"`,
		`{Ref: !Sub ["Wor${K}", {K: k}]}`:                               `"http://127.0.0.1:1/000000000000/Work"`,
		`!GetAtt Data.Arn`:                                              `"arn:aws:s3:::data"`,
		`!Sub "${Stage}-${!X}-${Work.QueueName}-${Names}"`:              `"dev-${X}-Work-a,b"`,
		`!Sub ["${A}-${Stage}", {A: !Ref Size, Stage: mine}]`:           `"7-mine"`,
		`!Join [":", [a, !Ref Stage, !Ref AWS::NoValue, 3]]`:            `"a:dev:3"`,
		`!Join ["", !Ref Names]`:                                        `"ab"`,
		`!Select [1, !Ref Names]`:                                       `"b"`,
		`!Split ["/", a/b]`:                                             `["a","b"]`,
		`!If [Dev, yes please, no]`:                                     `"yes please"`,
		`!If [Both, 1, !If [Either, 2, 3]]`:                             `2`,
		`!If [Seven, 1, 2]`:                                             `1`,
		`!FindInMap [Sizes, !Ref Stage, small]`:                         `1`,
		`!FindInMap [Sizes, other, small, {DefaultValue: 5}]`:           `5`,
		`{"Fn::Base64": abc}`:                                           `"YWJj"`,
		`{"Fn::Length": !Ref Names}`:                                    `2`,
		`{"Fn::ToJsonString": {A: !Ref Size}}`:                          `"{\"A\":\"7\"}"`,
		`!GetAZs ""`:                                                    `["us-east-1a","us-east-1b","us-east-1c"]`,
	} {
		v, problems := resolveIn(t, value)
		if len(problems) > 0 {
			t.Errorf("%s: %s", value, problems)
			continue
		}
		if got := string(cfn.EncodeJSON(v)); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
}

func TestResolveReports(t *testing.T) {
	for value, want := range map[string]string{
		`!Ref Missing`:                    "--parameter-overrides Missing=VALUE",
		`!Ref Stored`:                     "--parameter-overrides Stored=VALUE",
		`!Ref Wrok`:                       "Wrok is not a parameter or resource of the template; did you mean",
		`!GetAtt [!Ref Missing, Arn]`:     "--parameter-overrides Missing=VALUE",
		`!GetAtt [Work]`:                  "Fn::GetAtt requires a resource",
		`!Ref AWS::Nonsense`:              "AWS::Nonsense is not a pseudo parameter",
		`!Ref Absent`:                     "its Condition is false",
		`!Ref Self`:                       "refers to itself",
		`!Ref Plain.Alias`:                "Plain has no Alias; refer to Alias and Version only of a serverless function",
		`!If [Circle, 1, 2]`:              "refers to itself",
		`!If [None, 1, 2]`:                "None is not a condition",
		`!ImportValue other`:              "Fn::ImportValue is resolved only in AWS",
		`!GetAtt Data.DomainName`:         "Data.DomainName, an attribute of AWS::S3::Bucket, is known only in AWS",
		`"{{resolve:ssm:/a}}"`:            "dynamic reference",
		`!Sub "{{resolve:ssm:${Stage}}}"`: "the dynamic reference {{resolve:ssm:dev}} is resolved only in AWS",
		`!Ref Secret`:                     "dynamic reference",
		`{Fn::ForEach::All: [N, !Ref Missing, {"V${N}": 1}]}`: "--parameter-overrides Missing=VALUE",
		`!Sub "${Open"`:                "${ has no closing }",
		`{"Fn::Base64": ~}`:            "null is not a string",
		`!Base64 [a]`:                  "a list is not a string",
		`!Select [5, !Ref Names]`:      "index 5 is out of range",
		`!FindInMap [Sizes, dev, big]`: "no value for Sizes, dev, big",
		`!Join [a]`:                    "a list of 2 values",
		`!Join [",", text]`:            "is not a list",
	} {
		_, problems := resolveIn(t, value)
		if len(problems) != 1 || !strings.Contains(problems[0], want) || !strings.HasPrefix(problems[0], "Value") && !strings.Contains(value, "Circle") && !strings.Contains(value, "Self") {
			t.Errorf("%s: got %q, want one problem with %q", value, problems, want)
		}
	}
}

func TestResolveReportsAllProblemsAtOnce(t *testing.T) {
	_, problems := resolveIn(t, `{A: !Ref Missing, B: [!Ref Wrok], C: !Sub "${Gone} ${Away}"}`)
	if len(problems) != 4 {
		t.Errorf("got %q, want four problems", problems)
	}
}

func TestParameters(t *testing.T) {
	template, _ := cfn.Parse([]byte(`
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Names: {Type: "List<Number>"}
`))
	values, problems := Parameters(template, map[string]string{"Names": "1,2", "Stag": "x"})
	if got := string(cfn.EncodeJSON(values["Names"])); got != `["1","2"]` {
		t.Errorf("Names: %s", got)
	}
	if len(problems) != 1 || !strings.Contains(problems[0].Fix, "Stage") {
		t.Errorf("got %q, want a suggestion for Stag", problems.Text())
	}
	if _, problems = Parameters(template, map[string]string{"Stage": "test"}); len(problems) != 1 || !strings.Contains(problems[0].Fix, "dev, prod") {
		t.Errorf("got %q, want the allowed values", problems.Text())
	}
}
