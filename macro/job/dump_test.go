package job

import (
	"fmt"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
)

// dump formats jobs, with a line for each value that is not the default.
func dump(jobs []*Job) string {
	var b strings.Builder
	for _, j := range jobs {
		dumpJob(&b, j)
	}
	return b.String()
}

func dumpJob(b *strings.Builder, j *Job) {
	fmt.Fprintf(b, "%s %s\n", j.Path, j.LogicalID)
	line(b, " Prototype", "", j.Prototype)
	line(b, " Name", "null", text(j.Name))
	line(b, " Inline", "null", text(j.Inline))
	line(b, " MaxDepth", "1000", text(j.MaxDepth))
	var all []string
	for _, s := range j.Steps {
		all = append(all, s.Name)
	}
	for _, s := range j.Steps {
		dumpStep(b, s, fmt.Sprint(all))
	}
	if g := j.Generate; g == nil {
		line(b, " Generate", "", "none")
	} else {
		line(b, " Generate.Function", "{}", text(g.Function))
		line(b, " Generate.DefaultStep", "", g.DefaultStep)
		line(b, " Generate.Tags", "[]", tagText(g.Tags))
		line(b, " Generate.LogRetentionInDays", "30", text(g.LogRetentionInDays))
	}
}

func dumpStep(b *strings.Builder, s *Step, all string) {
	fmt.Fprintf(b, " step %s\n", s.Name)
	line(b, "  Handler", s.Name, s.Handler)
	line(b, "  Function", "{}", text(s.Function))
	line(b, "  Queue", "{}", text(s.Queue))
	line(b, "  EventSource", "{}", text(s.EventSource))
	line(b, "  DeadLetterQueue", "{}", text(s.DeadLetterQueue))
	line(b, "  IgnoreErrors", "false", text(s.IgnoreErrors))
	line(b, "  Retry", "5 1 900", fmt.Sprintf("%s %s %s", text(s.Retry.MaxAttempts), text(s.Retry.MinDelay), text(s.Retry.MaxDelay)))
	line(b, "  Generates", all, fmt.Sprint(s.Generates))
	line(b, "  Tags", "[]", tagText(s.Tags))
	line(b, "  LogRetentionInDays", "30", text(s.LogRetentionInDays))
}

func line(b *strings.Builder, key, usual, value string) {
	if value != usual {
		fmt.Fprintf(b, "%s: %s\n", key, value)
	}
}

func text(n *cfn.Node) string {
	if n == nil {
		return "null"
	}
	return string(cfn.EncodeJSON(n))
}

func tagText(tags []Tag) string {
	var all []string
	for _, tag := range tags {
		all = append(all, text(tag.Key)+"="+text(tag.Value))
	}
	return fmt.Sprint(all)
}

// checkPromises checks what the model promises about its fields, with and without
// problems.
func checkPromises(t testing.TB, jobs []*Job) {
	t.Helper()
	isMap := func(what string, n *cfn.Node) {
		if n == nil || n.Kind != cfn.Map {
			t.Errorf("%s is %s, want a map", what, text(n))
		}
	}
	present := func(what string, nodes ...*cfn.Node) {
		for _, n := range nodes {
			if n == nil {
				t.Errorf("%s is missing", what)
			}
		}
	}
	for _, j := range jobs {
		present("a part of the job", j.Resource, j.MaxDepth)
		for _, s := range j.Steps {
			isMap("Function", s.Function)
			isMap("Queue", s.Queue)
			isMap("EventSource", s.EventSource)
			if s.DeadLetterQueue != nil {
				isMap("DeadLetterQueue", s.DeadLetterQueue)
			}
			present("a part of "+s.Name, s.IgnoreErrors, s.LogRetentionInDays, s.Retry.MaxAttempts, s.Retry.MinDelay, s.Retry.MaxDelay)
		}
		if j.Generate != nil {
			isMap("Generate.Function", j.Generate.Function)
			present("Generate.LogRetentionInDays", j.Generate.LogRetentionInDays)
		}
	}
}
