package expand_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/expand"
)

func parse(t testing.TB, source string) *cfn.Node {
	t.Helper()
	n, problems := cfn.Parse([]byte(source))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	return n
}

// TestTemplateIsPure expects an unchanged input, the same bytes for the same input, and
// a result that has nothing left to expand.
func TestTemplateIsPure(t *testing.T) {
	for _, g := range goldens(t) {
		input, o := g.input(t)
		before := cfn.EncodeJSON(input)
		result, problems := expand.Template(input, o)
		again, _ := expand.Template(input, o)
		out := cfn.EncodeJSON(result.Template)
		if after := cfn.EncodeJSON(input); !bytes.Equal(before, after) {
			t.Errorf("%s: the input became\n%s", g.path, after)
		}
		if !bytes.Equal(out, cfn.EncodeJSON(again.Template)) {
			t.Errorf("%s: a second expansion differs", g.path)
		}
		if problems.HasErrors() {
			continue
		}
		twice, problems := expand.Template(result.Template, o)
		if len(problems) > 0 || len(twice.Jobs) > 0 || !bytes.Equal(out, cfn.EncodeJSON(twice.Template)) {
			t.Errorf("%s: a second expansion changes the result: %s", g.path, problems.Text())
		}
	}
}

// rest is the part of a template that is not StarJob's. It contains values that no
// library knows, and that encoding/json would change.
const rest = `"Future":{"Section":[1,{"b":2,"a":1}]},"Rules":{"R":{"Assertions":[{"Assert":{"Fn::Equals":["a","${Replay}"]}}]}},` +
	`"Parameters":{"Size":{"Type":"Number","Default":12345678901234567890}},"Hooks":{"H":{"Type":"AWS::New::Hook"}},` +
	`"Outputs":{"Exact":{"Value":1.10},"Escaped":{"Value":{"Fn::Sub":"<&>${!Replay}${"}}}`

const others = `"Z":{"Type":"AWS::New::Thing","Attribute":null,"Properties":{"Big":12345678901234567890,"E":1e2,"Empty":{},"None":[],"Of":{"Fn::GetAtt":["A","b.c"]}}},` +
	`"Fn::ForEach::Loop":["X",["a"],{"A${X}":{"Type":"AWS::SNS::Topic"}}]`

// TestTemplateKeepsTheRest expects everything that is not StarJob's in the result, byte
// for byte.
func TestTemplateKeepsTheRest(t *testing.T) {
	const job = `"Replay":{"Type":"Star::Job","Properties":{"Function":{"Runtime":"provided.al2023","Code":{"S3Bucket":"b","S3Key":"k"}},"Steps":{"walk":{}}}}`
	for _, resources := range []string{others, others + "," + job} {
		source := `{` + rest + `,"Resources":{` + resources + `}}`
		input, problems := cfn.ParseJSON([]byte(source))
		if problems.HasErrors() {
			t.Fatal(problems.Text())
		}
		result, problems := expand.Template(input, expand.Options{Fragment: true})
		if len(problems) > 0 {
			t.Fatal(problems.Text())
		}
		out := string(cfn.EncodeJSON(result.Template))
		for _, want := range []string{`{` + rest + `,"Resources":{`, others} {
			if !strings.Contains(out, want) {
				t.Errorf("%s\nis not in\n%s", want, out)
			}
		}
	}
}

func TestResultNamesTheResourcesOfSteps(t *testing.T) {
	input := parse(t, `
Transform: StarJob
Resources:
  Dead: {Type: AWS::SQS::Queue}
  Replay:
    Type: Star::Job
    Properties:
      Function: {Runtime: provided.al2023, Code: {S3Bucket: b, S3Key: k}}
      Generate: {DefaultStep: plan-it}
      Steps:
        plan-it: {}
        walk: {Queue: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}}
        run: {DeadLetterQueue: false}
`)
	result, problems := expand.Template(input, expand.Options{})
	if len(problems) > 0 {
		t.Fatal(problems.Text())
	}
	got := fmt.Sprintf("%+v", result.Jobs)
	want := "[{LogicalID:Replay Steps:[" +
		"{Name:plan-it Queue:ReplayPlanItQueue Function:ReplayPlanItFunction EventSource:ReplayPlanItEventSource DeadLetterQueue:ReplayPlanItDeadLetterQueue} " +
		"{Name:walk Queue:ReplayWalkQueue Function:ReplayWalkFunction EventSource:ReplayWalkEventSource DeadLetterQueue:Dead} " +
		"{Name:run Queue:ReplayRunQueue Function:ReplayRunFunction EventSource:ReplayRunEventSource DeadLetterQueue:}" +
		"] GenerateFunction:ReplayGenerateFunction DefaultStep:plan-it}]"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// large is a job with many steps that may all generate for each other.
func large(steps int, properties string) string {
	var b strings.Builder
	b.WriteString("Transform: StarJob\nResources:\n  Replay:\n    Type: Star::Job\n    Properties:\n      Function: {Runtime: provided.al2023, Code: {S3Bucket: b, S3Key: k}}\n" + properties + "      Steps:\n")
	for i := range steps {
		fmt.Fprintf(&b, "        step-number-%02d: {}\n", i)
	}
	return b.String()
}

func codes(problems diag.List) map[diag.Code]int {
	count := map[diag.Code]int{}
	for _, d := range problems {
		count[d.Code]++
	}
	return count
}

func TestEightyStepsFit(t *testing.T) {
	for _, name := range []string{"replay", "a-name-that-is-as-long-as-can-be-with-these-step", "!ImportValue unknown"} {
		result, problems := expand.Template(parse(t, large(80, "      Name: "+name+"\n")), expand.Options{})
		if len(problems) > 0 {
			t.Errorf("Name %s: %s", name, problems.Text())
		}
		if n := len(result.Template.Get("Resources").Entries); n != 483 {
			t.Errorf("Name %s: %d resources, want 483", name, n)
		}
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name, source string
		code         diag.Code
		count        int
	}{
		{"80 steps without a Name: environment", large(80, ""), diag.EnvironmentSize, 1},
		{"80 steps without a Name: policies", large(80, ""), diag.PolicySize, 1},
		{"83 steps: resources", large(83, "      Name: replay\n"), diag.TooManyResources, 1},
		{"template", large(1, "      Tags: {Long: "+strings.Repeat("x", 300_000)+"}\n"), diag.TemplateSize, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := expand.Template(parse(t, c.source), expand.Options{})
			if got := codes(problems)[c.code]; got != c.count {
				t.Errorf("%d of %s, want %d:\n%s", got, c.code, c.count, problems.Text())
			}
		})
	}
}

// TestLargeGenerateFunction: if only the generate function is too large, the fix must
// not mention Generates, which has no effect on it.
func TestLargeGenerateFunction(t *testing.T) {
	for name, count := range map[string]int{"": 2, "      Name: !ImportValue unknown\n": 0} {
		source := strings.ReplaceAll(large(80, name), "{}\n", "{Generates: []}\n")
		_, problems := expand.Template(parse(t, source), expand.Options{})
		if len(problems) != count || strings.Contains(problems.Text(), "Generates") {
			t.Errorf("%d problems, want %d without Generates:\n%s", len(problems), count, problems.Text())
		}
	}
}

func BenchmarkTemplate(b *testing.B) {
	input := parse(b, large(80, "      Name: replay\n"))
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := expand.Template(input, expand.Options{}); len(problems) > 0 {
			b.Fatal(problems.Text())
		}
	}
}
