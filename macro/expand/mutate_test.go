package expand_test

import (
	"math/rand/v2"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

// FuzzMutated expands goldens with values replaced by those of other goldens, and by
// values that are rarely valid. Random bytes are hardly ever a template.
func FuzzMutated(f *testing.F) {
	for seed := range uint64(100) {
		f.Add(seed)
	}
	var inputs []*cfn.Node
	pool := []*cfn.Node{
		{}, cfn.NewBool(false), cfn.NewBool(true), cfn.NewInt(-1), cfn.NewInt(0), {Kind: cfn.Number, Text: "1e400"}, {Kind: cfn.Number, Text: "99999999999999999999"},
		cfn.NewString(""), cfn.NewString("${"), cfn.NewString("${Replay.walk.Queue.Arn}"), cfn.NewString("Fn::If"), cfn.NewList(), cfn.NewMap(), cfn.Ref("Replay"), cfn.Ref("AWS::NoValue"),
		cfn.GetAtt("Replay", "walk.Queue.Arn"), cfn.Sub("${Replay}${X}"), cfn.NewMap(cfn.E("Fn::If", cfn.NewList(cfn.NewString("C")))), cfn.NewMap(cfn.E("Ref", nil)),
	}
	for _, g := range goldens(f) {
		input, problems := cfn.Parse(g.file("in.yaml"))
		if problems.HasErrors() {
			f.Fatal(problems.Text())
		}
		inputs = append(inputs, input)
		input.Walk(nil, func(_ cfn.Path, n *cfn.Node) bool {
			pool = append(pool, n)
			return true
		})
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 1))
		input := inputs[random.IntN(len(inputs))].Clone()
		for range 1 + random.IntN(8) {
			mutate(random, input, pool)
		}
		if _, problems := cfn.Parse(cfn.EncodeJSON(input)); problems.HasErrors() {
			return // not a template
		}
		o := expand.Options{Parameters: map[string]*cfn.Node{}, Fragment: true}
		for _, name := range input.Get("Parameters").Keys() {
			if random.IntN(4) > 0 {
				o.Parameters[name] = pool[random.IntN(len(pool))]
			}
		}
		result, problems := expand.Template(input, o)
		sameInAnyOrder(t, input, o, seed)
		if !problems.HasErrors() {
			isFinal(t, result.Template)
			referencesResolve(t, input, result.Template)
		}
		if t.Failed() {
			t.Logf("of\n%s", cfn.EncodeYAML(input))
		}
	})
}

// mutate changes one map or list of a tree.
func mutate(random *rand.Rand, input *cfn.Node, pool []*cfn.Node) {
	var inner []*cfn.Node
	input.Walk(nil, func(_ cfn.Path, n *cfn.Node) bool {
		if len(n.Entries)+len(n.Items) > 0 {
			inner = append(inner, n)
		}
		return true
	})
	if len(inner) == 0 {
		return
	}
	n, other := inner[random.IntN(len(inner))], pool[random.IntN(len(pool))].Clone()
	if len(n.Items) > 0 {
		n.Items[random.IntN(len(n.Items))] = other
		return
	}
	e := &n.Entries[random.IntN(len(n.Entries))]
	switch random.IntN(4) {
	case 0:
		n.Delete(e.Key)
	case 1: // a key of another map
		if keys := other.Keys(); len(keys) > 0 && !n.Has(keys[0]) {
			e.Key = keys[0]
		}
	default:
		e.Value = other
	}
}
