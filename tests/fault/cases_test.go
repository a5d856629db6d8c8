package fault

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/serverless-star/starjob/runtime/layer"
)

// testCases returns all programs under test.
func testCases(t *testing.T) []testCase {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	built := build(t, "./samples/etl", "./samples/replay", "./samples/loadgen", "./runtime/dispatch/dispatcher")
	all := []testCase{{name: "go", share: 1, items: 100, job: newTree, program: goProgram(self)}}
	all = append(all, languageCases(t, built("dispatcher"))...)
	return append(all, sampleCases(t, built)...)
}

// build compiles programs of this module, and returns a function that finds them.
func build(t *testing.T, packages ...string) func(name string) string {
	t.Helper()
	dir := t.TempDir()
	command := exec.Command("go", append([]string{"build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir + string(filepath.Separator)}, packages...)...)
	command.Dir = filepath.Join("..", "..")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(name string) string {
		path, err := exec.LookPath(filepath.Join(dir, name)) // with .exe on Windows
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
}

// goProgram is a program in Go, whose handlers have the names of their steps.
func goProgram(path string) program {
	return program{
		command: func() *exec.Cmd { return exec.Command(path) },
		handler: func(_ uint64, step string) string { return step },
	}
}

// languageCases are the test's program in other languages, behind the dispatcher. Where
// an interpreter is not installed, the program has no command.
func languageCases(t *testing.T, dispatcher string) []testCase {
	t.Helper()
	root := t.TempDir()
	if err := layer.Write(root); err != nil {
		t.Fatal(err)
	}
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	behind := func(interpreter string, handlers ...string) program {
		path, err := exec.LookPath(interpreter)
		if err != nil {
			return program{}
		}
		return program{
			hosted:  true,
			handler: func(seed uint64, _ string) string { return handlers[seed%uint64(len(handlers))] },
			command: func() *exec.Cmd {
				c := exec.Command(dispatcher, root, path)
				c.Dir = testdata
				c.Env = append(os.Environ(), "LAMBDA_TASK_ROOT="+testdata, "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH="+filepath.Join(root, "python"))
				return c
			},
		}
	}
	return []testCase{
		{name: "javascript", share: 10, items: 100, job: newTree, program: behind("node", "program.work")},
		{name: "python", share: 10, items: 100, job: newTree, program: behind("python3", "program.work", "program.work_async")},
	}
}

// sampleCases are the programs of the samples, built as sam build and star run do.
func sampleCases(t *testing.T, built func(name string) string) []testCase {
	t.Helper()
	source := newSource(t)
	return []testCase{
		{name: "etl", share: 20, items: 2 * packages, program: goProgram(built("etl")), job: func(seed uint64) job { return newETL(t, seed, source) }},
		{name: "replay", share: 20, items: keys, program: goProgram(built("replay")), job: newReplay},
		{name: "loadgen", share: 20, items: requests, program: goProgram(built("loadgen")), job: newLoadgen},
	}
}

// sampleScenario is a scenario for a sample, whose job has no FIFO queues, delays or
// large items.
func sampleScenario(seed uint64) baseJob {
	p := newScenario(seed, false)
	p.largeItems, p.delays, p.ignoreErrors = false, false, false
	return baseJob{p}
}
