package fault

import (
	"os"
	"os/exec"
	"testing"
)

// subjects are all that is tried.
func subjects(t *testing.T) []subject {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return append(samples(t), subject{name: "go", share: 1, items: 100, job: newTree, program: goProgram(self)})
}

// goProgram is a program in Go, whose steps' handlers have the steps' names.
func goProgram(path string) program {
	return program{
		command: func() *exec.Cmd { return exec.Command(path) },
		handler: func(_ uint64, step string) string { return step },
	}
}
