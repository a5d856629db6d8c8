package cfn

import (
	"fmt"
	"slices"
	"testing"

	"github.com/serverless-star/starjob/macro/diag"
)

func TestReplaceReferences(t *testing.T) {
	n, problems := Parse([]byte(`
ref: !Ref Job
dotted: !Ref Job.Arn
att: !GetAtt Job.walk.Queue.Arn
computed: {Fn::GetAtt: [Job, !Ref Other]}
sub: !Sub "${Job} ${ Job.Arn } ${!Job} ${Call} ${Other"
map: !Sub ["${Job}${Own}", {Job: !Ref Job, Own: x}]
other: !Ref Other
`))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	var found []string
	n.ReplaceReferences(Path{"Resources"}, func(r Reference) *Node {
		found = append(found, fmt.Sprintf("%d %s %q %q %q", r.Form, r.Path, r.LogicalID, r.Attribute, r.Name))
		switch {
		case r.LogicalID == "Call":
			return NewMap(E("Fn::If", NewList()))
		case r.LogicalID != "Job" || r.Form == ByComputedGetAtt:
			return nil
		case r.Attribute == "":
			return Ref("Function")
		}
		return GetAtt("Queue", "Arn")
	})
	want := []string{
		`0 Resources.ref "Job" "" "Job"`, `0 Resources.dotted "Job" "Arn" "Job.Arn"`,
		`1 Resources.att "Job" "walk.Queue.Arn" "Job.walk.Queue.Arn"`,
		`2 Resources.computed "Job" "" "Job"`, `0 Resources.computed.Fn::GetAtt.1 "Other" "" "Other"`,
		`3 Resources.sub.Fn::Sub "Job" "" "Job"`, `3 Resources.sub.Fn::Sub "Job" "Arn" " Job.Arn "`, `3 Resources.sub.Fn::Sub "Call" "" "Call"`,
		`0 Resources.map.Fn::Sub.1.Job "Job" "" "Job"`, `0 Resources.other "Other" "" "Other"`,
	}
	if !slices.Equal(found, want) {
		t.Errorf("found\n%q, want\n%q", found, want)
	}
	const result = `{"ref":{"Ref":"Function"},"dotted":{"Fn::GetAtt":["Queue","Arn"]},"att":{"Fn::GetAtt":["Queue","Arn"]},` +
		`"computed":{"Fn::GetAtt":["Job",{"Ref":"Other"}]},"sub":{"Fn::Sub":"${Function} ${Queue.Arn} ${!Job} ${Call} ${Other"},` +
		`"map":{"Fn::Sub":["${Job}${Own}",{"Job":{"Ref":"Function"},"Own":"x"}]},"other":{"Ref":"Other"}}`
	if got := string(EncodeJSON(n)); got != result {
		t.Errorf("got\n%s\nwant\n%s", got, result)
	}
	if n.Get("ref").Range.IsZero() {
		t.Error("the replacement of a reference has no position")
	}
}

func TestReferent(t *testing.T) {
	for _, c := range []struct {
		n             *Node
		id, attribute string
	}{
		{Ref("A"), "A", ""}, {GetAtt("A", "b.c"), "A", "b.c"}, {Sub("${A.b}"), "A", "b"}, {Sub("${A}"), "A", ""},
		{Sub("x${A}"), "", ""}, {Sub("${!A}"), "", ""}, {Sub("${A}${B}"), "", ""}, {NewString("A"), "", ""}, {nil, "", ""},
	} {
		if id, attribute := c.n.Referent(); id != c.id || attribute != c.attribute {
			t.Errorf("%s refers to %q, %q", EncodeJSON(c.n), id, attribute)
		}
	}
}

// TestProblemsAreCollectedOnce expects each problem once, with the position of the value
// or of what contains it. Problems of an earlier stage are known but not repeated.
func TestProblemsAreCollectedOnce(t *testing.T) {
	template, _ := Parse([]byte("A:\n  B: 1\n"))
	first := NewProblems(template, nil)
	first.Error(diag.WrongType, Path{"A", "B"}, "p", "f")
	p := NewProblems(template, first.List())
	p.Error(diag.WrongType, Path{"A", "B"}, "p", "f")
	p.Warn(diag.WrongType, Path{"A", "Missing"}, "q", "f")
	p.Warn(diag.WrongType, Path{"A", "Missing"}, "q", "f")
	list := p.List()
	if len(list) != 1 || list[0].Severity != diag.Warning || list[0].Range != template.Get("A").Range {
		t.Errorf("collected %v", list)
	}
	for path, want := range map[string]bool{"B": true, "Missing": true, "C": false} {
		if p.At(Path{"A", path}) != want {
			t.Errorf("a problem at A.%s: want %t", path, want)
		}
	}
}
