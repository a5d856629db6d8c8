package diff

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, updated, want string }{
		{"order of keys", `{"A":1,"Resources":{"Q":{"Type":"T","X":{"a":1,"b":2}}}}`, `{"Resources":{"Q":{"X":{"b":2,"a":1},"Type":"T"}},"A":1}`, "no changes\n"},
		{"a queue goes", `{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}`, `{"Resources":{}}`, "removes Q (AWS::SQS::Queue): its messages will be lost\n"},
		{"a queue is kept", `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","DeletionPolicy":"Retain"}}}`, `{"Resources":{}}`, "removes Q (AWS::SQS::Queue)\n"},
		{
			"a queue becomes FIFO", `{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}`, `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"FifoQueue":true}}}}`,
			"replaces Q (AWS::SQS::Queue): its messages will be lost; Properties {\"FifoQueue\":true} is added\n",
		},
		{
			"a replaced queue is kept only from now on", `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"a"}}}}`,
			`{"Resources":{"Q":{"Type":"AWS::SQS::Queue","UpdateReplacePolicy":"Retain","Properties":{"QueueName":"b"}}}}`,
			"replaces Q (AWS::SQS::Queue): its messages will be lost\n  QueueName from \"a\" to \"b\"\n  UpdateReplacePolicy \"Retain\" is added\n",
		},
		{
			"a replaced queue is kept", `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","UpdateReplacePolicy":"Retain","Properties":{"QueueName":"a"}}}}`,
			`{"Resources":{"Q":{"Type":"AWS::SQS::Queue","UpdateReplacePolicy":"Retain","Properties":{"QueueName":"b"}}}}`,
			"replaces Q (AWS::SQS::Queue); QueueName from \"a\" to \"b\"\n",
		},
		{"another type", `{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}`, `{"Resources":{"Q":{"Type":"AWS::SNS::Topic"}}}`, "replaces Q (AWS::SNS::Topic): its messages will be lost; Type from \"AWS::SQS::Queue\" to \"AWS::SNS::Topic\"\n"},
		{
			"SAM's function is Lambda's", `{"Resources":{"F":{"Type":"AWS::Serverless::Function"}}}`, `{"Resources":{"F":{"Type":"AWS::Lambda::Function"}}}`,
			"changes F (AWS::Lambda::Function); Type from \"AWS::Serverless::Function\" to \"AWS::Lambda::Function\"\n",
		},
		{
			"a mapping is replaced, and nothing lost", `{"Resources":{"M":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"EventSourceArn":{"Fn::GetAtt":["A","Arn"]}}}}}`,
			`{"Resources":{"M":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"EventSourceArn":{"Fn::Sub":"${B.Arn}"}}}}}`,
			"replaces M (AWS::Lambda::EventSourceMapping); EventSourceArn from !GetAtt A.Arn to !Sub ${B.Arn}\n",
		},
		{"sections", `{"Description":"a","Mappings":{"M":1,"N":1},"Resources":{}}`, `{"Mappings":{"N":2,"O":3},"Rules":{},"Resources":{}}`,
			"removes Mappings.M\nchanges Description; \"a\" is removed\nchanges Mappings.N; from 1 to 2\nchanges Rules; {} is added\nadds Mappings.O\n"},
		{"lists", `{"L":[1,2,[3]],"K":[1],"Resources":{}}`, `{"L":[1,4,[5]],"K":[1,2],"Resources":{}}`, "changes L\n  1 from 2 to 4\n  2.0 from 3 to 5\nchanges K; from [1] to [1,2]\n"},
		{"a long value", `{"A":1,"Resources":{}}`, `{"A":"` + strings.Repeat("é", 100) + `","Resources":{}}`, "changes A; from 1 to \"" + strings.Repeat("é", 70) + "…\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := Text(Compare(result(t, c.old), result(t, c.updated))); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func result(t *testing.T, source string) expand.Result {
	t.Helper()
	n, problems := cfn.Parse([]byte(source))
	if len(problems) > 0 {
		t.Fatal(problems.Text())
	}
	return expand.Result{Template: n, Jobs: expand.Jobs(n)}
}
