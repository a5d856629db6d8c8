package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Function is a function as Lambda would be told of it.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
type Function struct {
	// Name is 1 to 64 letters, digits, hyphens and underscores.
	Name string
	// Command is the program and its arguments.
	Command []string
	// Dir is the folder that the program runs in and knows as
	// LAMBDA_TASK_ROOT.
	Dir string
	// Handler is what the program finds in _HANDLER.
	Handler string
	// Runtime is Lambda's name of a managed runtime, as in nodejs22.x, which the
	// program finds in AWS_EXECUTION_ENV; empty for a program that brings its own.
	Runtime string
	// Env are the function's own variables: at most 4 KB of names and values,
	// and none of the names that Lambda reserves.
	Env map[string]string
	// Timeout bounds an invocation: more than 0, at most 15 minutes.
	Timeout time.Duration
	// MemorySize is what the program is told, 128 to 10,240 MB. It is not
	// enforced.
	MemorySize int
	// Concurrency bounds the function's processes; at least 1.
	Concurrency int
	// Log takes what the processes print; nil drops it. It is called for one
	// line of a process's stream at a time, but for several processes and
	// streams concurrently. A process whose output it does not take waits.
	Log func(Line)
}

// Line is a line of a process's output.
type Line struct {
	Stderr bool
	// Text is the line without its end, valid during the call only. A line
	// over 256 KiB comes in pieces, as in CloudWatch.
	Text []byte
}

// Bounds of a function.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxTimeout          = 900 * time.Second
	minMemory           = 128
	maxMemory           = 10_240
	maxEnvironmentBytes = 4096
)

var (
	functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)
	variableName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)
)

// check returns the function in its final form, or all that is wrong with it.
func (f Function) check() (Function, error) {
	problems := f.checkVariables()
	problem := func(wrong bool, format string, arguments ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf(format, arguments...))
		}
	}
	problem(!functionName.MatchString(f.Name), "the function's name %q is not 1 to 64 letters, digits, hyphens and underscores", f.Name)
	problem(f.Timeout <= 0 || f.Timeout > maxTimeout, "Timeout %g is not between 1 and 900 seconds", f.Timeout.Seconds())
	problem(f.MemorySize < minMemory || f.MemorySize > maxMemory, "MemorySize %d is not between 128 and 10,240 MB", f.MemorySize)
	problem(f.Concurrency < 1, "the concurrency %d leaves no process to run in", f.Concurrency)
	var err error
	f.Dir, err = filepath.Abs(f.Dir)
	problem(err != nil, "the function's folder: %w", err)
	f.Command, err = program(f.Command)
	problem(err != nil, "the function's program cannot be run: %w", err)
	if f.Log == nil {
		f.Log = func(Line) {}
	}
	return f, errors.Join(problems...)
}

// program finds a command's program from here: its process starts in another
// folder.
func program(command []string) ([]string, error) {
	if len(command) == 0 {
		return nil, errors.New("no command is given")
	}
	path, err := exec.LookPath(command[0])
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return nil, err
	}
	path, err = filepath.Abs(path)
	return append([]string{path}, command[1:]...), err
}

func (f Function) checkVariables() []error {
	var problems []error
	var taken []string
	size := 0
	for _, name := range slices.Sorted(maps.Keys(f.Env)) {
		size += len(name) + len(f.Env[name])
		if Reserved(name) {
			taken = append(taken, name)
		} else if !variableName.MatchString(name) {
			problems = append(problems, fmt.Errorf("the environment variable %q has a name that Lambda refuses: it wants a letter, then one or more letters, digits and underscores", name))
		}
	}
	if len(taken) > 0 {
		problems = append(problems, fmt.Errorf("environment variables: Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: %s", strings.Join(taken, ", ")))
	}
	if size > maxEnvironmentBytes {
		problems = append(problems, fmt.Errorf("environment variables: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit: they are %d bytes", size))
	}
	return problems
}
