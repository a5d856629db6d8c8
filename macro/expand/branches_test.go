package expand_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

// TestNoValueInABranch puts each value of each golden's jobs and prototypes into a
// branch of Fn::If, with AWS::NoValue in the other. It expects the result to be complete
// in the other branch too, because AWS refuses half a statement or policy.
func TestNoValueInABranch(t *testing.T) {
	for _, g := range goldens(t) {
		input, o := g.input(t)
		if _, problems := expand.Template(input, o); problems.HasErrors() {
			continue
		}
		for _, path := range choosable(input) {
			changed := input.Clone()
			n := changed.Find(path)
			*n = *cfn.NewMap(cfn.E("Fn::If", cfn.NewList(cfn.NewString("Chosen"), n.Clone(), cfn.Ref("AWS::NoValue"))))
			result, problems := expand.Template(changed, o)
			if problems.HasErrors() {
				continue // StarJob reports the value
			}
			left := otherwise(result.Template)
			for _, missing := range incomplete(left) {
				t.Errorf("%s: with no value at %s, %s", g.path, path, missing)
			}
		}
	}
}

// whole are maps and lists that StarJob passes on unchanged. What is missing in them is
// the user's responsibility.
var whole = []string{".Policies", ".RedrivePolicy", ".Queue.Tags"}

// choosable returns the paths of all values in jobs and prototypes that may be calls.
func choosable(input *cfn.Node) []cfn.Path {
	var paths []cfn.Path
	for _, e := range input.Get("Resources").Entries {
		kind, _ := e.Value.Get("Type").AsString()
		if kind != "Star::Job" && !strings.HasSuffix(kind, "::Function") {
			continue
		}
		e.Value.Get("Properties").Walk(cfn.Path{"Resources", e.Key, "Properties"}, func(p cfn.Path, n *cfn.Node) bool {
			_, _, call := n.Intrinsic()
			if len(p) > 3 {
				paths = append(paths, slices.Clone(p))
			}
			return !call && !slices.ContainsFunc(whole, func(end string) bool { return strings.HasSuffix(p.String(), end) })
		})
	}
	return paths
}

// otherwise returns a template as it is if all conditions are false.
func otherwise(n *cfn.Node) *cfn.Node {
	if branches := n.Choices(); branches != nil {
		return otherwise(branches[1])
	}
	if n == nil {
		return nil
	}
	left := &cfn.Node{Kind: n.Kind, Text: n.Text}
	for _, item := range n.Items {
		if item = otherwise(item); !item.IsNothing() {
			left.Items = append(left.Items, item)
		}
	}
	for _, e := range n.Entries {
		if value := otherwise(e.Value); !value.IsNothing() || e.Key == "Ref" {
			left.Entries = append(left.Entries, cfn.E(e.Key, value))
		}
	}
	return left
}

// incomplete returns the missing keys of a template.
func incomplete(template *cfn.Node) []string {
	var missing []string
	want := func(p cfn.Path, n *cfn.Node, keys ...string) {
		for _, key := range keys {
			if !n.Has(key) {
				missing = append(missing, p.String()+" lacks "+key)
			}
		}
	}
	template.Get("Resources").Walk(cfn.Path{"Resources"}, func(p cfn.Path, n *cfn.Node) bool {
		switch kind, _ := n.Get("Type").AsString(); {
		case kind == "AWS::SQS::Queue" && strings.HasPrefix(p[1], "Replay") && !strings.HasSuffix(p[1], "DeadLetterQueue"):
			want(p, n.Get("Properties"), "VisibilityTimeout")
		case kind == "AWS::Lambda::Function":
			want(p, n.Get("Properties"), "Role", "Timeout", "LoggingConfig")
		case kind == "AWS::Lambda::EventSourceMapping":
			want(p, n.Get("Properties"), "EventSourceArn", "FunctionName", "FunctionResponseTypes")
		case n.Has("Effect") && !n.Has("Principal"):
			want(p, n, "Action", "Resource")
		case p[len(p)-1] == "RedrivePolicy":
			want(p, n, "deadLetterTargetArn", "maxReceiveCount")
		case len(p) > 1 && p[len(p)-2] == "Tags" && n.Kind == cfn.Map:
			want(p, n, "Key", "Value")
		}
		if argument := n.Get("Fn::Sub"); argument != nil && argument.Kind == cfn.List {
			want(p, argument.Items[len(argument.Items)-1], named(argument.Items[0].Text)...)
		}
		return true
	})
	return missing
}

// named returns the name that StarJob gives to a value in the string of an Fn::Sub.
func named(text string) []string {
	if strings.Contains(text, "${Name}") {
		return []string{"Name"}
	}
	return nil
}
