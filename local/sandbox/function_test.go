//go:build unix

package sandbox

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestRegisterReportsAllProblems(t *testing.T) {
	t.Parallel()
	h := NewHost(Config{})
	defer h.Close()
	_, err := h.Register(Function{
		Name: "a b", Command: []string{t.TempDir() + "/none"},
		Env: map[string]string{"AWS_REGION": "x", "_HANDLER": "y", "1A": "", "BIG": strings.Repeat("x", 4096)},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`FunctionName is "a b"`, "Timeout is 0 ", "MemorySize is 0", "concurrency is 0", "no such file", `"1A"`,
		"Reserved keys used in this request: AWS_REGION, _HANDLER", "exceeded the 4KB limit: they are 4121 bytes",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
}

func TestEnvironmentOf4KB(t *testing.T) {
	t.Parallel()
	h := NewHost(Config{})
	defer h.Close()
	f := Function{Name: "f", Command: []string{os.Args[0]}, Timeout: 1, MemorySize: 128, Concurrency: 1, Env: map[string]string{"BIG": strings.Repeat("x", 4093)}}
	if _, err := h.Register(f); err != nil {
		t.Error(err)
	}
}

func TestTheEnvironmentOfAProcess(t *testing.T) {
	t.Setenv("LEAK", "drip")
	b := newFixture(t, "act", func(h *Host, f *Function) {
		h.config.Environment["HOME"] = "/home/x"
		h.config.Environment["AWS_ACCESS_KEY_ID"] = "mine"
		h.config.Environment["AWS_REGION"] = "nowhere"
		h.config.Environment["OWNER"] = "host"
		f.Env["OWNER"] = "function"
		f.Dir = t.TempDir()
	})
	var environment []string
	b.answer(event{Do: "environment"}, &environment)
	got := map[string]string{}
	for _, e := range environment {
		name, value, _ := strings.Cut(e, "=")
		got[name] = value
	}
	if stream := got["AWS_LAMBDA_LOG_STREAM_NAME"]; !strings.Contains(stream, "/[$LATEST]") {
		t.Errorf("log stream %q", stream)
	}
	if !strings.HasPrefix(got["AWS_LAMBDA_RUNTIME_API"], "127.0.0.1:") {
		t.Errorf("%q", got["AWS_LAMBDA_RUNTIME_API"])
	}
	if !strings.HasPrefix(got["_X_AMZN_TRACE_ID"], "Root=") { // set by aws-lambda-go
		t.Errorf("trace %q", got["_X_AMZN_TRACE_ID"])
	}
	for _, name := range []string{"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "_X_AMZN_TRACE_ID"} {
		delete(got, name)
	}
	for name, want := range map[string]string{
		programVariable: "act", "HOME": "/home/x", "OWNER": "function", "_HANDLER": "h", "TZ": ":UTC", "LANG": "en_US.UTF-8",
		"PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
		"AWS_ACCESS_KEY_ID": "mine", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local",
		"AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
		"LAMBDA_TASK_ROOT": b.function.Dir, "LAMBDA_RUNTIME_DIR": "/var/runtime",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("leaked: %v", got)
	}
}

func TestRelativeProgramsAreFound(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.Mkdir("code", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(os.Args[0], "code/bootstrap"); err != nil {
		t.Fatal(err)
	}
	b := newFixture(t, "act", func(_ *Host, f *Function) { f.Command, f.Dir = []string{"code/bootstrap"}, "code" })
	var environment []string
	b.answer(event{Do: "environment"}, &environment)
	if !slices.Contains(environment, "LAMBDA_TASK_ROOT="+b.function.Dir) || !strings.HasSuffix(b.function.Dir, "/code") {
		t.Errorf("%q", environment)
	}
}
