package job

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

func TestEveryCodeHasAnArchive(t *testing.T) {
	t.Parallel()
	var expected strings.Builder
	for _, archive := range archives(t) {
		if f := section(archive, "problems"); f != nil {
			expected.Write(f.Data)
		}
	}
	for _, code := range []diag.Code{
		diag.Structure, diag.UnknownKey, diag.WrongType, diag.Required, diag.OutOfBounds, diag.StepName, diag.UnknownStep,
		diag.NoPrototype, diag.LocalPath, diag.SharedName, diag.InForEach, diag.NotLiteral, diag.PlainEvents, diag.PhysicalName,
	} {
		if !strings.Contains(expected.String(), string(code)) {
			t.Errorf("no archive in testdata expects %s", code)
		}
	}
}

// TestDecodeFragment: a template from CloudFormation has no positions, but everything
// else is the same.
func TestDecodeFragment(t *testing.T) {
	t.Parallel()
	for file, archive := range archives(t) {
		source, values := inputs(t, archive)
		fragment, list := cfn.ParseJSON(cfn.EncodeJSON(source))
		if len(list) > 0 {
			t.Fatal(list.Text())
		}
		wantJobs, want := Decode(source, values)
		jobs, got := Decode(fragment, values)
		if dump(jobs) != dump(wantJobs) {
			t.Errorf("%s: the jobs differ from those of the YAML", file)
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d problems, %d in the YAML", file, len(got), len(want))
		}
		for _, d := range got {
			if !d.Range.IsZero() {
				t.Errorf("%s: a position without a source: %v", file, d)
			}
		}
	}
}

// TestResourcesAreNotCopied: package expand needs the template's own nodes to remove
// them.
func TestResourcesAreNotCopied(t *testing.T) {
	t.Parallel()
	template, _ := cfn.Parse([]byte("Resources:\n  F: {Type: AWS::Lambda::Function}\n  J: {Type: Star::Job, Properties: {Function: F, Steps: {a: }}}\n"))
	jobs, list := Decode(template, cfn.Values{})
	if len(jobs) != 1 || len(list) > 0 {
		t.Fatalf("%d jobs, %v", len(jobs), list)
	}
	if j := jobs[0]; j.PrototypeResource != template.At("Resources", "F") || j.Resource != template.At("Resources", "J") {
		t.Error("the resources are not the template's own")
	}
}

func TestDecodeWithoutJobs(t *testing.T) {
	t.Parallel()
	for _, source := range []string{"{}", "[]", "null", `{"Resources": []}`, `{"Resources": {"A": null, "B": [], "C": {"Type": []}}}`} {
		template, _ := cfn.ParseJSON([]byte(source))
		if jobs, list := Decode(template, cfn.Values{}); len(jobs) > 0 || len(list) > 0 {
			t.Errorf("%s: %d jobs, %v", source, len(jobs), list)
		}
	}
	if jobs, list := Decode(nil, cfn.Values{}); len(jobs) > 0 || len(list) > 0 {
		t.Errorf("no template: %d jobs, %v", len(jobs), list)
	}
}

// FuzzDecode decodes any template that can be read. It expects no panic, an unchanged
// template, and jobs that keep the promises of the model.
func FuzzDecode(f *testing.F) {
	for _, archive := range archives(f) {
		f.Add(section(archive, "in.yaml").Data)
	}
	parameters := map[string]*cfn.Node{"A": cfn.NewString("false"), "B": cfn.Strings("a", "b"), "C": cfn.NewInt(7), "D": {Kind: cfn.Null}}
	f.Fuzz(func(t *testing.T, source []byte) {
		template, _ := cfn.Parse(source)
		if template == nil {
			return
		}
		before := string(cfn.EncodeJSON(template))
		values := cfn.NewValues(template, parameters)
		jobs, list := Decode(template, values)
		if string(cfn.EncodeJSON(template)) != before {
			t.Error("Decode changed its input")
		}
		checkPromises(t, jobs)
		if again, same := Decode(template, values); dump(again) != dump(jobs) || same.Text() != list.Text() {
			t.Error("a second run has a different result")
		}
		for _, j := range jobs {
			if !list.HasErrors() && (len(j.Steps) == 0 || (j.Inline == nil) == (j.Prototype == "")) {
				t.Errorf("without errors, the job has %d steps, prototype %q and inline %s", len(j.Steps), j.Prototype, text(j.Inline))
			}
		}
	})
}
