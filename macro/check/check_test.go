package check

import (
	"slices"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/macro/plan"
)

// planned is the plan of a template in YAML.
func planned(t *testing.T, source string) *plan.Plan {
	t.Helper()
	template, problems := cfn.Parse([]byte(source))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	values := cfn.NewValues(template, nil)
	jobs, problems := job.Decode(template, values)
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	return plan.New(template, jobs, values, "")
}

const source = `
Resources:
  Code: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: {S3Bucket: b, S3Key: k}, CodeUri: s3://b/k}}
  Own: {Type: AWS::SNS::Topic}
  Job:
    Type: Star::Job
    Properties: {Function: !Ref Code, Steps: {walk: {EventSource: {BatchSize: 100}}, run: {}}}
`

// TestPlanReportsNewProblemsOnly expects each problem once, with its position, and not
// again if it was found before. A property that already has a problem gets no second
// one.
func TestPlanReportsNewProblemsOnly(t *testing.T) {
	p := planned(t, source)
	all := Plan(p, nil)
	var codes []diag.Code
	for _, d := range all {
		codes = append(codes, d.Code)
		if d.Range.IsZero() {
			t.Errorf("no position: %s", d)
		}
	}
	if want := []diag.Code{diag.Batching, diag.PlainEvents}; !slices.Equal(codes, want) {
		t.Fatalf("the problems are %v, want %v:\n%s", codes, want, all.Text())
	}
	if again := Plan(p, all); len(again) > 0 {
		t.Errorf("reported again: %s", again.Text())
	}
	other := diag.List{{Code: diag.LocalPath, Path: all[1].Path}}
	if rest := Plan(p, other); len(rest) != 1 || rest[0] != all[0] {
		t.Errorf("next to another problem of CodeUri: %s", rest.Text())
	}
}

// TestCollisionsWithResourcesOfJobs expects a report about resources with the same
// logical ID if one of them is a job's, and none if both are the user's.
func TestCollisionsWithResourcesOfJobs(t *testing.T) {
	p := planned(t, source)
	step := p.Jobs[0].Steps[0].Model.Path
	topic := cfn.E("Same", p.Template.At("Resources", "Own"))
	for name, c := range map[string]struct {
		origin cfn.Path
		want   int
	}{"the user's": {nil, 0}, "a job's": {step, 1}} {
		problems := Resources(p, p.Template, []Resource{{Entry: topic}, {Entry: topic, Origin: c.origin}}, false, nil)
		if len(problems) != c.want || c.want > 0 && problems[0].Code != diag.Collision {
			t.Errorf("%s: %d problems, want %d: %s", name, len(problems), c.want, problems.Text())
		}
	}
}

// TestCyclesBetweenJobs: a cycle of only generated resources is reported only if jobs
// refer to jobs.
func TestCyclesBetweenJobs(t *testing.T) {
	p := planned(t, source)
	step := p.Jobs[0].Steps[0].Model.Path
	needs := func(id string) *cfn.Node {
		return cfn.NewMap(cfn.E("Type", cfn.NewString(cfn.TypeQueue)), cfn.E("DependsOn", cfn.NewString(id)))
	}
	resources := []Resource{{Entry: cfn.E("A", needs("B")), Origin: step}, {Entry: cfn.E("B", needs("A")), Origin: step}}
	for betweenJobs, want := range map[bool]int{false: 0, true: 1} {
		if problems := Resources(p, p.Template, resources, betweenJobs, nil); len(problems) != want {
			t.Errorf("between jobs %t: %d problems, want %d: %s", betweenJobs, len(problems), want, problems.Text())
		}
	}
}
