package fault

import "testing"

// samples are the samples' own programs, as sam build and star run make them.
func samples(t *testing.T, built func(name string) string) []subject {
	t.Helper()
	source := newSource(t)
	return []subject{
		{name: "etl", share: 20, items: 2 * packages, program: goProgram(built("etl")), job: func(seed uint64) job { return newETL(t, seed, source) }},
		{name: "replay", share: 20, items: keys, program: goProgram(built("replay")), job: newReplay},
		{name: "loadgen", share: 20, items: requests, program: goProgram(built("loadgen")), job: newLoadgen},
	}
}

// calm is a plan for a sample: a FIFO queue, delays and large items are not
// theirs to choose.
func calm(seed uint64) plain {
	p := newPlan(seed, false)
	p.bulky, p.delays, p.ignoreErrors = false, false, false
	return plain{p}
}
