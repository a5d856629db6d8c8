package fault

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// samples are the samples' own programs, as sam build and star run make them.
func samples(t *testing.T) []subject {
	t.Helper()
	dir := t.TempDir()
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir+string(filepath.Separator),
		"./samples/etl", "./samples/replay", "./samples/loadgen")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	built := func(name string) program {
		path, err := exec.LookPath(filepath.Join(dir, name)) // with .exe where programs have it
		if err != nil {
			t.Fatal(err)
		}
		return goProgram(path)
	}
	source := newSource(t)
	return []subject{
		{name: "etl", share: 10, items: 2 * packages, program: built("etl"), job: func(seed uint64) job { return newETL(t, seed, source) }},
		{name: "replay", share: 10, items: keys, program: built("replay"), job: newReplay},
		{name: "loadgen", share: 10, items: requests, program: built("loadgen"), job: newLoadgen},
	}
}

// calm is a plan for a sample: a FIFO queue, delays and large items are not
// theirs to choose.
func calm(seed uint64) plain {
	p := newPlan(seed, false)
	p.bulky, p.delays, p.ignoreErrors = false, false, false
	return plain{p}
}
