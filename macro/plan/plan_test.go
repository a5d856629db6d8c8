package plan

import (
	"bytes"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// planned is the plan of a template in YAML.
func planned(t *testing.T, source string) *Plan {
	t.Helper()
	template, problems := cfn.Parse([]byte(source))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	before := cfn.EncodeJSON(template)
	values := cfn.NewValues(template, nil)
	jobs, problems := job.Decode(template, values)
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	p := New(template, jobs, values, "")
	if after := cfn.EncodeJSON(template); !bytes.Equal(before, after) {
		t.Errorf("the template became\n%s", after)
	}
	return p
}

const inline = "Function: {Runtime: provided.al2023, Code: {S3Bucket: b, S3Key: k}}"

// TestReferencesBetweenJobs plans jobs that refer to a queue, a role and names of jobs
// before and after them.
func TestReferencesBetweenJobs(t *testing.T) {
	p := planned(t, `
Resources:
  Role: {Type: AWS::IAM::Role}
  First:
    Type: Star::Job
    Metadata: {Of: !Ref Second}
    Properties:
      `+inline+`
      Name: !Ref Second
      Steps:
        walk:
          Function: {Role: !GetAtt Second.run.Role.Arn}
          Queue: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Second.run.Queue.Arn, maxReceiveCount: 3}}
  Second:
    Type: Star::Job
    Properties:
      `+inline+`
      Tags: {of: !Sub "${First.walk.Queue.Name}"}
      Steps: {run: {Function: {Role: !GetAtt Role.Arn}}}
`)
	first, second := p.Jobs[0], p.Jobs[1]
	walk := first.Steps[0]
	if dead := walk.DeadLetters; dead.Queue != second.Steps[0].Queue || dead.Made || dead.Elsewhere() {
		t.Errorf("dead letters go to %+v", dead)
	}
	if role := walk.Function.Role; role.Kind != RoleAttached || role.LogicalID != "Role" {
		t.Errorf("the role is %+v", role)
	}
	for name, got := range map[string]*cfn.Node{"Name": first.Model.Name, "Metadata": first.Model.Resource.At("Metadata", "Of")} {
		if !got.Equal(cfn.Ref("SecondGenerateFunction")) {
			t.Errorf("%s is %s", name, cfn.EncodeJSON(got))
		}
	}
	if tag := second.Steps[0].Model.Tags[0].Value; !tag.Equal(cfn.Sub("${FirstWalkQueue.QueueName}")) {
		t.Errorf("the tag is %s", cfn.EncodeJSON(tag))
	}
}

// TestTargetsAndRecursion checks which steps a function may generate items for, and
// whether it can invoke itself through them.
func TestTargetsAndRecursion(t *testing.T) {
	p := planned(t, `
Resources:
  Job:
    Type: Star::Job
    Properties:
      `+inline+`
      Steps:
        a: {Generates: [c, b]}
        b: {Generates: [a]}
        c: {Generates: []}
`)
	want := map[string]string{"a": "b c true", "b": "a true", "c": " false"}
	for _, s := range p.Jobs[0].Steps {
		var names []string
		for _, target := range s.Function.Targets {
			names = append(names, target.Model.Name)
		}
		got := strings.Join(names, " ") + map[bool]string{true: " true", false: " false"}[s.Function.Recursive]
		if got != want[s.Model.Name] {
			t.Errorf("%s: %q, want %q", s.Model.Name, got, want[s.Model.Name])
		}
	}
	if n := len(p.Jobs[0].Generate.Targets); n != 3 {
		t.Errorf("the generate function has %d targets", n)
	}
}

// TestUnknownDurationsCountAsTheLongest expects the longest timeout and the longest
// window in place of unknown ones.
func TestUnknownDurationsCountAsTheLongest(t *testing.T) {
	p := planned(t, `
Parameters: {P: {Type: Number}}
Resources:
  Job:
    Type: Star::Job
    Properties:
      `+inline+`
      Steps:
        usual: {}
        unknown: {Function: {Timeout: !Ref P}, EventSource: {MaximumBatchingWindowInSeconds: !Ref P}}
`)
	usual, unknown := p.Jobs[0].Steps[0], p.Jobs[0].Steps[1]
	if usual.Visibility != 6*DefaultTimeoutSeconds || usual.Window != 0 {
		t.Errorf("usually %d s and a window of %d s", usual.Visibility, usual.Window)
	}
	if unknown.Visibility != 6*MaxTimeoutSeconds+MaxWindowSeconds || unknown.Function.Timeout != 0 {
		t.Errorf("unknown: %d s for a timeout of %d s", unknown.Visibility, unknown.Function.Timeout)
	}
}
