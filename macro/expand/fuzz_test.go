package expand_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

// FuzzTemplate expands every template that can be read. It expects no panic, an
// unchanged input, a result that survives a round trip through YAML and JSON and a
// second expansion, and the same result in another order for keys in another order.
func FuzzTemplate(f *testing.F) {
	for i, g := range goldens(f) {
		f.Add(string(g.file("in.yaml")), uint64(i))
	}
	f.Add("Outputs: !Ref J\nGlobals: !Ref J\nResources: {J: {Type: Star::Job}}", uint64(0))
	f.Fuzz(func(t *testing.T, source string, seed uint64) {
		input, problems := cfn.Parse([]byte(source))
		if problems.HasErrors() {
			return
		}
		before := cfn.EncodeJSON(input)
		result, problems := expand.Template(input, expand.Options{})
		if input != nil && result.Template == nil {
			t.Error("the result has no template")
		}
		if !bytes.Equal(before, cfn.EncodeJSON(input)) {
			t.Error("the input was changed")
		}
		sameInAnyOrder(t, input, expand.Options{}, seed)
		if !problems.HasErrors() {
			isFinal(t, result.Template)
			referencesResolve(t, input, result.Template)
		}
	})
}

// referencesResolve expects no reference to a job or a prototype, which are not in the
// result, and no reference of StarJob's to a missing resource.
func referencesResolve(t *testing.T, input, out *cfn.Node) {
	t.Helper()
	resources := out.Get("Resources")
	gone := func(id string) bool { return input.Get("Resources").Has(id) && !resources.Has(id) }
	resources.Walk(cfn.Path{"Resources"}, func(path cfn.Path, n *cfn.Node) bool {
		id, _ := n.AsRef()
		if target, _, ok := n.AsGetAtt(); ok {
			id = target
		}
		own := len(path) > 1 && !input.Get("Resources").Has(path[1])
		made := resources.Has(id) || resources.Has(strings.TrimSuffix(id, "Role")) || resources.Has(strings.TrimSuffix(id, ".Alias"))
		if gone(id) || own && id != "" && !made && !input.Get("Parameters").Has(id) && !strings.HasPrefix(id, "AWS::") && !mentions(input, id) {
			t.Errorf("%s refers to %s, which does not exist", path, id)
		}
		return true
	})
}

// mentions reports whether the input refers to an ID.
func mentions(input *cfn.Node, id string) bool {
	found := false
	input.Walk(nil, func(_ cfn.Path, n *cfn.Node) bool {
		name, _ := n.AsRef()
		target, _, _ := n.AsGetAtt()
		found = found || name == id || target == id
		return !found
	})
	return found
}

// TestReferencesOfGoldensResolve checks the goldens as the fuzz tests check any input.
func TestReferencesOfGoldensResolve(t *testing.T) {
	for _, g := range goldens(t) {
		input, o := g.input(t)
		if result, problems := expand.Template(input, o); !problems.HasErrors() {
			referencesResolve(t, input, result.Template)
		}
	}
}

// isFinal expects a result that can be written and read back, and that has nothing
// left to expand.
func isFinal(t *testing.T, out *cfn.Node) {
	t.Helper()
	for _, encode := range []func(*cfn.Node) []byte{cfn.EncodeJSON, cfn.EncodeJSONIndent, cfn.EncodeYAML} {
		again, problems := cfn.Parse(encode(out))
		if problems.HasErrors() || !again.Equal(readBack(out)) && !again.Equal(out) {
			t.Errorf("%s\nis read back as %s: %s", cfn.EncodeJSON(out), cfn.EncodeJSON(again), problems.Text())
		}
	}
	twice, problems := expand.Template(out, expand.Options{})
	if problems.HasErrors() || len(twice.Jobs) > 0 || !bytes.Equal(cfn.EncodeJSON(out), cfn.EncodeJSON(twice.Template)) {
		t.Errorf("a second expansion changes the result: %s", problems.Text())
	}
}

// readBack returns a tree with its numbers as YAML writes them: 1e3 as 1.0e+3.
func readBack(n *cfn.Node) *cfn.Node {
	again, _ := cfn.Parse(cfn.EncodeYAML(n))
	return again
}

// TestKeyOrderChangesOnlyTheOrder expects the order of keys to have no effect other
// than the order of the result.
func TestKeyOrderChangesOnlyTheOrder(t *testing.T) {
	for _, g := range goldens(t) {
		input, o := g.input(t)
		for seed := range uint64(3) {
			sameInAnyOrder(t, input, o, seed)
		}
	}
}

func sameInAnyOrder(t *testing.T, input *cfn.Node, o expand.Options, seed uint64) {
	t.Helper()
	shuffled := input.Clone()
	random := rand.New(rand.NewPCG(seed, 0))
	shuffled.Walk(nil, func(_ cfn.Path, n *cfn.Node) bool {
		random.Shuffle(len(n.Entries), func(i, j int) { n.Entries[i], n.Entries[j] = n.Entries[j], n.Entries[i] })
		return true
	})
	result, problems := expand.Template(input, o)
	other, otherProblems := expand.Template(shuffled, o)
	if want, got := sortedCodes(problems), sortedCodes(otherProblems); !slices.Equal(want, got) {
		t.Errorf("in another order the problems are\n%s\nwant\n%s", otherProblems.Text(), problems.Text())
	}
	if problems.HasErrors() {
		return
	}
	if want, got := canonical(result.Template), canonical(other.Template); want != got {
		t.Errorf("in another order the result is\n%s\nwant\n%s", got, want)
	}
}

// sortedCodes are the codes that there are, each once.
func sortedCodes(problems diag.List) []diag.Code {
	var all []diag.Code
	for _, d := range problems {
		all = append(all, d.Code)
	}
	slices.Sort(all)
	return slices.Compact(all) // how many pairs of three collide depends on the order
}

// canonical is a tree in one order, with the lists that StarJob makes from steps,
// whatever else they may be, among it.
func canonical(n *cfn.Node) string {
	if n == nil {
		return "null"
	}
	var parts []string
	for _, item := range n.Items {
		parts = append(parts, canonical(item))
	}
	for _, e := range n.Entries {
		value := canonical(e.Value)
		if e.Key == wire.EnvQueues {
			words := strings.Fields(strings.ReplaceAll(value, `"`, " "))
			slices.Sort(words)
			value = strings.Join(words, " ")
		}
		parts = append(parts, e.Key+":"+value)
	}
	slices.Sort(parts)
	scalar := cfn.Node{Kind: n.Kind, Text: n.Text}
	return string(cfn.EncodeJSON(&scalar)) + "(" + strings.Join(parts, ",") + ")"
}
