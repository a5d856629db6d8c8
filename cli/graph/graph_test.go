package graph_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/serverless-star/starjob/cli/graph"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

var update = flag.Bool("update", false, "rewrite the flowcharts that the goldens expect")

// TestGoldens draws the template in.yaml of each file of testdata and compares the
// flowchart with out.mmd.
func TestGoldens(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			template := archive.Files[0]
			got := []byte(draw(t, template.Data))
			checkSyntax(t, string(got))
			if *update {
				archive.Files = []txtar.File{template, {Name: "out.mmd", Data: got}}
				if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 2 || !bytes.Equal(got, archive.Files[1].Data) {
				t.Errorf("the flowchart is\n%s", got)
			}
		})
	}
}

func TestSamples(t *testing.T) {
	paths, err := filepath.Glob("../../samples/*/template.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		checkSyntax(t, draw(t, source))
	}
}

// TestExpansion draws a template that is expanded already: nothing in it says that
// plan sets Generates.
func TestExpansion(t *testing.T) {
	source, result := expanded(t, []byte(`
Transform: StarJob
Resources:
  Replay:
    Type: Star::Job
    Properties:
      Function: {Runtime: provided.al2023, Code: {S3Bucket: bucket, S3Key: key}}
      Steps: {plan: {Generates: [plan, execute]}, execute: {Generates: []}}
`))
	const declared, possible = "ReplayPlanFunction --> ReplayExecuteQueue", `ReplayPlanFunction -.->|"may generate"| ReplayExecuteQueue`
	if drawn := graph.Draw(source, result, result.Jobs); !strings.Contains(drawn, declared) {
		t.Errorf("the template's flowchart lacks %s:\n%s", declared, drawn)
	}
	result.Jobs = expand.Jobs(result.Template)
	if drawn := graph.Draw(result.Template, result, result.Jobs); !strings.Contains(drawn, possible) {
		t.Errorf("the expansion's flowchart lacks %s:\n%s", possible, drawn)
	}
}

// TestOneOfSeveralJobs draws a job whose neighbor sends to it.
func TestOneOfSeveralJobs(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/several_jobs.txtar")
	if err != nil {
		t.Fatal(err)
	}
	source, result := expanded(t, archive.Files[0].Data)
	i := slices.IndexFunc(result.Jobs, func(j expand.Job) bool { return j.LogicalID == "end" })
	drawn := graph.Draw(source, result, result.Jobs[i:i+1])
	checkSyntax(t, drawn)
	for _, want := range []string{
		`resource_graphDefaultFunction("graph default")` + "\n",
		`resource_graphDefaultFunction -.->|"may send"| endClassQueue` + "\n",
	} {
		if !strings.Contains(drawn, want) {
			t.Errorf("the flowchart lacks %s", want)
		}
	}
	if strings.Contains(drawn, "subgraph") || strings.Contains(drawn, "graphGenerateFunction") {
		t.Errorf("the flowchart has more than one job:\n%s", drawn)
	}
}

func draw(t testing.TB, source []byte) string {
	t.Helper()
	input, result := expanded(t, source)
	return graph.Draw(input, result, result.Jobs)
}

func expanded(t testing.TB, source []byte) (*cfn.Node, expand.Result) {
	t.Helper()
	input, problems := cfn.Parse(source)
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	result, problems := expand.Template(input, expand.Options{})
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	return input, result
}

// Every line of a flowchart has one of these forms.
var (
	label     = `"(?:[\pL\pNd \-/(),?={}_]|#\d+;)+"`
	nodeLine  = regexp.MustCompile(`^ +(\w+)(?:\(\(` + label + `\)\)|\(` + label + `\)|\(\[` + label + `\]\)|\[\(` + label + `\)\]|\[` + label + `\])(?::::(?:function|queue|dead))?$`)
	edgeLine  = regexp.MustCompile(`^  (\w+) (?:-->|-\.->)(?:\|` + label + `\|)? (\w+)$`)
	frameLine = regexp.MustCompile(`^ +subgraph (\w+)\[` + label + `\]$`)
	endLine   = regexp.MustCompile(`^ +end$`)
	styleLine = regexp.MustCompile(`^  classDef (?:function|queue|dead) [\w#:,\- ]+$`)
	keyword   = regexp.MustCompile(`^(?i:end|default|graph|flowchart(-elk)?|subgraph|class|classDef|style|linkStyle|click|href|call|direction|interpolate|[ox])$`)
)

// checkSyntax checks a flowchart line by line: frames are closed, identifiers are
// unique and no keywords, and edges lead from node to node.
func checkSyntax(t testing.TB, flowchart string) {
	t.Helper()
	lines := strings.Split(flowchart, "\n")
	if lines[0] != "flowchart LR" || lines[len(lines)-1] != "" {
		t.Fatalf("not a flowchart:\n%s", flowchart)
	}
	defined := map[string]bool{}
	open := 0
	define := func(id string) {
		if defined[id] || keyword.MatchString(id) {
			t.Errorf("%s is a keyword or exists already", id)
		}
		defined[id] = true
	}
	for _, line := range lines[1 : len(lines)-1] {
		switch {
		case endLine.MatchString(line):
			open--
		case frameLine.MatchString(line):
			define(frameLine.FindStringSubmatch(line)[1])
			open++
		case nodeLine.MatchString(line):
			define(nodeLine.FindStringSubmatch(line)[1])
		case edgeLine.MatchString(line):
			if ends := edgeLine.FindStringSubmatch(line); !defined[ends[1]] || !defined[ends[2]] {
				t.Errorf("%q has an end that is no node", line)
			}
		case !styleLine.MatchString(line):
			t.Errorf("%q is no line of a flowchart", line)
		}
	}
	if open != 0 {
		t.Errorf("%d frames are open:\n%s", open, flowchart)
	}
}

// FuzzNames draws jobs around arbitrary names: whatever they are, the flowchart is
// well-formed.
func FuzzNames(f *testing.F) {
	for _, name := range []string{
		"", "end", "default", "o", "x1", "graph", `"`, "`a`", "a]:::b", "%%{init: {}}%%", "\n  end\n", "#quot;", "&amp;", "<b>", "--> x", "|", "1. a", "- a",
		"_a_", "a_b", "$$x$$", "fa:fa-car", "@{shape: x}", "é世界", "\xff\u202e\u2028", "arn:aws:s3:::a.b",
	} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		events := cfn.NewMap()
		for kind, key := range map[string]string{"Api": "Path", "Schedule": "Schedule", "S3": "Bucket", "SNS": "Topic", "EventBridgeRule": "", name: ""} {
			properties := cfn.NewMap(cfn.E(key, cfn.NewString(name)), cfn.E("Method", cfn.NewString(name)))
			events.Set(name+kind, cfn.NewMap(cfn.E("Type", cfn.NewString(kind)), cfn.E("Properties", properties)))
		}
		function := cfn.NewMap(cfn.E("Properties", cfn.NewMap(cfn.E("Events", events))))
		queue := func(policy *cfn.Node) *cfn.Node {
			return cfn.NewMap(cfn.E("Properties", cfn.NewMap(cfn.E("RedrivePolicy", policy))))
		}
		reference := cfn.NewMap(cfn.E("Endpoint", cfn.Sub("${"+name+".Arn} ${aQueue}")), cfn.E("TopicArn", cfn.NewString(name)))
		resources := cfn.NewMap(
			cfn.E(name+"GenerateFunction", function),
			cfn.E("aQueue", queue(cfn.NewMap(cfn.E("deadLetterTargetArn", cfn.NewString(name))))),
			cfn.E("user"+name, cfn.NewMap(cfn.E("Type", cfn.NewString("AWS::SNS::Subscription")), cfn.E("Properties", reference))),
		)
		result := expand.Result{Template: cfn.NewMap(cfn.E("Resources", resources)), Jobs: []expand.Job{
			{LogicalID: name, GenerateFunction: name + "GenerateFunction", DefaultStep: name, Steps: []expand.Step{
				{Name: name, Queue: name + "Queue", Function: name + "Function", DeadLetterQueue: "user" + name},
			}},
			{LogicalID: name + "Other", Steps: []expand.Step{{Name: "a", Queue: "aQueue", Function: "aFunction"}}},
		}}
		if name == "a" {
			return // both jobs would have the same resources
		}
		checkSyntax(t, graph.Draw(result.Template, result, result.Jobs))
	})
}
