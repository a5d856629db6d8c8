package fault

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// subjects are all that is tried.
func subjects(t *testing.T) []subject {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	built := build(t, "./samples/etl", "./samples/replay", "./samples/loadgen", "./runtime/dispatch/dispatcher")
	all := []subject{{name: "go", share: 1, items: 100, job: newTree, program: goProgram(self)}}
	all = append(all, languages(t, built("dispatcher"))...)
	return append(all, samples(t, built)...)
}

// build compiles programs of this module and tells where they are.
func build(t *testing.T, packages ...string) func(name string) string {
	t.Helper()
	dir := t.TempDir()
	command := exec.Command("go", append([]string{"build", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir + string(filepath.Separator)}, packages...)...)
	command.Dir = filepath.Join("..", "..")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(name string) string {
		path, err := exec.LookPath(filepath.Join(dir, name)) // with .exe where programs have it
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
}

// goProgram is a program in Go, whose steps' handlers have the steps' names.
func goProgram(path string) program {
	return program{
		command: func() *exec.Cmd { return exec.Command(path) },
		handler: func(_ uint64, step string) string { return step },
	}
}
