package dispatch

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/runtime/internal/host"
	"github.com/serverless-star/starjob/runtime/wire"
)

// commandOf returns the command that starts the host of a handler, instead of the
// managed runtime's command.
func commandOf(args []string, handler string, environment []string) (host.Command, error) {
	if len(args) < 2 {
		return host.Command{}, errors.New("usage: dispatcher ROOT INTERPRETER [ARGUMENTS…]; set " + wire.EnvExecWrapper + " to " + wire.ExecWrapper)
	}
	root, interpreter := args[0], args[1]
	c := host.Command{Path: interpreter, Env: environment, Refusal: refusal}
	script, err := scriptOf(root, interpreter)
	if err == nil && handler == "" {
		err = errors.New(wire.EnvHandler + " is not set (allowed: file.function)")
	}
	if script == nodeScript(root) {
		c.Env = withPath(environment, "NODE_PATH", filepath.Join(root, "nodejs", "node_modules"))
	}
	c.Args = append(options(args[2:]), script, handler)
	return c, err
}

func nodeScript(root string) string {
	return filepath.Join(root, "nodejs", "node_modules", "starjob", "host.js")
}

func pythonScript(root string) string { return filepath.Join(root, "python", "starjob", "host.py") }

// scriptOf returns the path of the host for an interpreter.
func scriptOf(root, interpreter string) (string, error) {
	switch base := filepath.Base(interpreter); {
	case strings.HasPrefix(base, "node"):
		return nodeScript(root), nil
	case strings.HasPrefix(base, "python"):
		return pythonScript(root), nil
	}
	return "", fmt.Errorf("unsupported runtime: the interpreter is %s (allowed: node, python3); handlers in Go need no layer", interpreter)
}

// options returns the arguments for the interpreter: all but the last, which is the
// script of the managed runtime. The value of an option may be a separate argument, as
// in Lambda's command
//
//	node --expose-gc --max-http-header-size 81920 … /var/runtime/index.mjs
//
// so the first argument without a hyphen is not always the script.
func options(args []string) []string {
	if n := len(args); n > 0 && !strings.HasPrefix(args[n-1], "-") {
		args = args[:n-1]
	}
	return slices.Clone(args)
}

// withPath adds a folder to a variable that lists folders, unless it is listed.
func withPath(environment []string, name, folder string) []string {
	environment = slices.Clone(environment)
	for i, entry := range environment {
		value, ok := strings.CutPrefix(entry, name+"=")
		switch {
		case !ok:
			continue
		case value == "":
			environment[i] = name + "=" + folder
		case !slices.Contains(filepath.SplitList(value), folder):
			environment[i] = entry + string(filepath.ListSeparator) + folder
		}
		return environment
	}
	return append(environment, name+"="+folder)
}
