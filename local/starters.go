package local

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/serverless-star/starjob/macro/diag"
)

// A Wrapper stands in for a program that a layer brings, which a managed runtime
// starts in place of itself. It returns the command that the interpreter is an
// argument of. It is called once, with a new folder for whatever it needs, which
// is gone when the stack is closed.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
type Wrapper func(dir string) (command []string, err error)

// starters are the commands of code that does not start itself.
type starters struct {
	dir          string // the run's
	from         string // the template's folder
	environment  []string
	note         func(text string)
	wrappers     map[string]func() ([]string, error) // their commands
	interpreters map[*language]interpreter
}

func newStarters(o Options) *starters {
	s := &starters{
		from: o.Dir, note: o.Note, wrappers: map[string]func() ([]string, error){}, interpreters: map[*language]interpreter{},
	}
	for name, wrapper := range o.Wrappers {
		s.wrappers[name] = sync.OnceValues(func() ([]string, error) {
			dir, err := os.MkdirTemp(s.dir, "layer-")
			if err != nil {
				return nil, err
			}
			return wrapper(dir)
		})
	}
	for _, name := range slices.Sorted(maps.Keys(o.Inherit)) {
		s.environment = append(s.environment, name+"="+o.Inherit[name])
	}
	return s
}

// command is what starts the code, once its interpreter was found.
func (s *starters) command(c code) ([]string, error) {
	command, err := s.wrappers[c.wrapper]()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.wrapper, err)
	}
	return append(slices.Clone(command), s.interpreters[languageOf(c.runtime)].path), nil
}

// find finds the interpreters that the functions need, and reports those that
// are missing or too old, once each.
func (s *starters) find(ctx context.Context, functions []*functionPlan) diag.List {
	var problems diag.List
	looked := map[*language]bool{}
	for _, f := range functions {
		l := languageOf(f.code.runtime)
		if f.code.wrapper == "" || f.code.notHere != "" || looked[l] {
			continue
		}
		looked[l] = true
		found, problem := s.look(ctx, l)
		if problem != "" && ctx.Err() == nil {
			problems = append(problems, diag.Diagnostic{
				Code: diag.NotRunHere, Path: f.path.String(), Range: f.codeAt,
				Problem: f.code.runtime + " runs here in " + l.interpreter + ", " + problem, Fix: l.get(f.code.runtime),
			})
		}
		s.interpreters[l] = found
	}
	return problems
}

// tell notes what is otherwise than in AWS, once for each runtime.
func (s *starters) tell(functions []*functionPlan) {
	told := map[string]bool{}
	once := func(format string, arguments ...any) {
		if text := fmt.Sprintf(format, arguments...); !told[text] {
			told[text] = true
			s.note(text)
		}
	}
	for _, f := range functions {
		if f.code.wrapper == "" {
			continue
		}
		l := languageOf(f.code.runtime)
		here := s.interpreters[l].version
		if wanted, _ := readVersion(f.code.runtime); here.compare(wanted) < 0 {
			once("%s is version %s here, and the template's runtime is %s: what is new there is missing here", l.interpreter, here, f.code.runtime)
		}
		if f.layers > 1 {
			once("of the layers that functions have, only the one of %s is here; what the others hold must be on this machine", f.code.wrapper)
		}
	}
}
