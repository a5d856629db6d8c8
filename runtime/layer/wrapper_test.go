//go:build unix

package layer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/runtime/layer"
)

// TestWrapperStartsTheDispatcherForTheMachine runs the wrapper in the shells
// that are sh in Lambda's images and elsewhere.
func TestWrapperStartsTheDispatcherForTheMachine(t *testing.T) {
	t.Parallel()
	machine, err := exec.Command("uname", "-m").Output()
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	if err := layer.Write(dir); err != nil {
		t.Fatal(err)
	}
	writeDispatcher(t, dir, strings.TrimSpace(string(machine)))
	writeDispatcher(t, dir, "other")
	wrapper := filepath.Join(dir, "starjob/wrapper")
	bash, _ := exec.LookPath("bash")
	dash, _ := exec.LookPath("dash")
	for _, c := range []struct {
		name, shell, hostType, want string
	}{
		{"sh", wrapper, "", strings.TrimSpace(string(machine))},
		{"dash", dash, "", strings.TrimSpace(string(machine))},
		{"dash with HOSTTYPE", dash, "other", "other"},
		{"bash with HOSTTYPE", bash, "other", "other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.shell == "" {
				t.Skip("the shell is not installed")
			}
			cmd := exec.Command(c.shell, wrapper, "/var/lang/bin/node", "--flag", "two words")
			if c.shell == wrapper {
				cmd = exec.Command(wrapper, "/var/lang/bin/node", "--flag", "two words")
			}
			cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
			if c.hostType != "" {
				cmd.Env = append(cmd.Env, "HOSTTYPE="+c.hostType)
			}
			got, err := cmd.CombinedOutput()
			want := strings.Join([]string{c.want, dir, "/var/lang/bin/node", "--flag", "two words", ""}, "\n")
			if err != nil || string(got) != want {
				t.Errorf("%v, got %s, want %s", err, got, want)
			}
		})
	}
}

// writeDispatcher puts a program in place of the dispatcher that prints its arguments.
func writeDispatcher(t *testing.T, dir, machine string) {
	t.Helper()
	name := filepath.Join(dir, "starjob", machine, "dispatcher")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nprintf '%s\\n' " + machine + ` "$@"` + "\n"
	if err := os.WriteFile(name, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
}
