package fault

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/serverless-star/starjob/runtime/layer"
)

// languages are the test's program in the other languages, behind the dispatcher.
// One whose interpreter is not there has no command.
func languages(t *testing.T, dispatcher string) []subject {
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
	return []subject{
		{name: "javascript", share: 10, items: 100, job: newTree, program: behind("node", "program.work")},
		{name: "python", share: 10, items: 100, job: newTree, program: behind("python3", "program.work", "program.work_async")},
	}
}
