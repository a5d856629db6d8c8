package resolve

import (
	"cmp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/internal/suggest"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Parameters returns the values of a template's parameters by their names: the
// override or, without one, the default. A value of a list type is a list.
// Parameters without a value are absent, and so are those whose value is in the
// SSM Parameter Store and not overridden. Overrides of parameters that the
// template does not have, and values that it does not allow, are reported.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func Parameters(template *cfn.Node, overrides map[string]string) (map[string]*cfn.Node, diag.List) {
	var problems diag.List
	values := map[string]*cfn.Node{}
	section := template.Get("Parameters")
	for _, e := range section.Keys() {
		declared := section.Get(e)
		override, overridden := overrides[e]
		kind, _ := declared.Get("Type").AsString()
		value := declared.Get("Default")
		if strings.HasPrefix(kind, "AWS::SSM::Parameter::Value<") {
			value = nil
		}
		if overridden {
			value = cfn.NewString(override)
		}
		if value == nil {
			continue
		}
		if d, ok := disallowed(e, declared, value); ok {
			problems = append(problems, d)
		}
		values[e] = typed(kind, value)
	}
	return values, append(problems, unknown(section, overrides)...)
}

// unknown reports overrides of parameters that the template does not have.
func unknown(section *cfn.Node, overrides map[string]string) diag.List {
	var problems diag.List
	for name := range overrides {
		if !section.Has(name) {
			problems = append(problems, diag.Diagnostic{
				Code: diag.LocalValue, Path: "Parameters", Problem: name + " is not a parameter of the template, but --parameter-overrides sets it", Fix: cmp.Or(didYouMean(name, section.Keys()), "declare it under Parameters, or remove it from --parameter-overrides"),
			})
		}
	}
	slices.SortFunc(problems, func(a, b diag.Diagnostic) int { return cmp.Compare(a.Problem, b.Problem) })
	return problems
}

// typed converts a value to the kind of its parameter's type.
func typed(kind string, value *cfn.Node) *cfn.Node {
	text, ok := value.AsScalar()
	if !ok {
		return value
	}
	if !isList(kind) {
		return &cfn.Node{Kind: cfn.String, Text: text, Range: value.Range}
	}
	list := &cfn.Node{Kind: cfn.List, Range: value.Range}
	for item := range strings.SplitSeq(text, ",") {
		list.Items = append(list.Items, cfn.NewString(strings.TrimSpace(item)))
	}
	return list
}

// didYouMean asks whether one of the candidates was meant; empty if none is similar.
func didYouMean(word string, candidates []string) string {
	if s := suggest.Closest(word, candidates); s != "" {
		return "did you mean " + s + "?"
	}
	return ""
}
