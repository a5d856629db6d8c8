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

// Function is the configuration of a function, as in Lambda's CreateFunction.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
type Function struct {
	// Name is 1 to 64 letters, digits, hyphens and underscores.
	Name string
	// Command is the program and its arguments.
	Command []string
	// Dir is the folder that the program runs in, and its LAMBDA_TASK_ROOT.
	Dir string
	// Handler is the program's _HANDLER.
	Handler string
	// Runtime is Lambda's name of a managed runtime, such as nodejs22.x, for the
	// program's AWS_EXECUTION_ENV; empty if the program brings its own runtime.
	Runtime string
	// Env holds the function's environment variables: at most 4 KB of names and
	// values, and none of the names that Lambda reserves.
	Env map[string]string
	// Timeout bounds an invocation: more than 0, at most 15 minutes.
	Timeout time.Duration
	// MemorySize is the memory that the program sees as its limit, 128 to 10,240 MB.
	// It is not enforced.
	MemorySize int
	// Concurrency is the maximum number of the function's processes; at least 1.
	Concurrency int
	// Log receives the output of the processes; nil drops it. It is called for one
	// line at a time of standard output, and of standard error, of each process, but
	// concurrently for these and for several processes. While it does not return,
	// the process may block on its output.
	Log func(Line)
}

// Line is a line of a process's output.
type Line struct {
	// Stderr is true for standard error, and false for standard output.
	Stderr bool
	// Text is the line without its line end, valid only during the call. A line
	// over 256 KiB arrives in pieces, as in CloudWatch.
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

// check returns the function with its folder and program resolved, or an error
// that lists all problems.
func (f Function) check() (Function, error) {
	problems := f.checkVariables()
	problem := func(wrong bool, format string, arguments ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf(format, arguments...))
		}
	}
	problem(!functionName.MatchString(f.Name), "FunctionName is %q (allowed: 1 to 64 letters, digits, hyphens and underscores)", f.Name)
	problem(f.Timeout <= 0 || f.Timeout > maxTimeout, "Timeout is %g (allowed: 1 to 900 seconds)", f.Timeout.Seconds())
	problem(f.MemorySize < minMemory || f.MemorySize > maxMemory, "MemorySize is %d (allowed: 128 to 10,240 MB)", f.MemorySize)
	problem(f.Concurrency < 1, "the concurrency is %d (allowed: 1 or more)", f.Concurrency)
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

// program resolves a command's program to an absolute path, because its process
// starts in another folder.
func program(command []string) ([]string, error) {
	if len(command) == 0 {
		return nil, errors.New("the command is empty")
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
			problems = append(problems, fmt.Errorf("environment variable %q: Lambda requires a name of a letter, followed by one or more letters, digits and underscores", name))
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
