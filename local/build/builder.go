// Package build turns the code of functions into programs that run locally: it
// compiles Go, unpacks zip files, finds interpreters, and lists the sources of the
// programs. It does not run functions. [Builder] is where to start reading.
package build

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/serverless-star/starjob/local/plan"
)

// A Wrapper replaces a program in a layer, which a managed runtime starts in place
// of itself. It returns the command that the interpreter is an
// argument of. It is called at most once, with a new folder for its files, which
// is removed with everything else that was built.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
type Wrapper func(dir string) (command []string, err error)

// Options say how functions are built.
type Options struct {
	// Dir is the template's folder. Which interpreter a command finds may depend
	// on it.
	Dir string
	// Inherit holds the variables that interpreters inherit from the environment.
	Inherit map[string]string
	// Wrappers are the wrappers by their values of AWS_LAMBDA_EXEC_WRAPPER.
	Wrappers map[string]Wrapper
	// Building is called with each folder before go build is run in it.
	Building func(folder string)
}

// A Builder builds the programs of functions, as often as their code changes, in
// a new folder. It is for one goroutine. Remove must be called in the end.
type Builder struct {
	building     func(folder string)
	wrappers     map[string]func() ([]string, error) // the commands of the wrappers
	interpreters interpreters

	folder            *folder   // nil before the first build
	began             time.Time // the last build
	previous, current string    // the folders of the last builds; empty for the first one
}

// New returns a builder that has built nothing.
func New(o Options) *Builder {
	b := &Builder{building: o.Building, wrappers: map[string]func() ([]string, error){}, interpreters: newInterpreters(o)}
	for name, wrapper := range o.Wrappers {
		b.wrappers[name] = sync.OnceValues(func() ([]string, error) {
			dir, err := os.MkdirTemp(b.folder.path, "layer-")
			if err != nil {
				return nil, err
			}
			return wrapper(dir)
		})
	}
	return b
}

// Dir returns the folder of everything that is built; only after a build.
func (b *Builder) Dir() string { return b.folder.path }

// Build makes the programs of functions, each code once, and returns all failures
// together. It changes nothing about the programs of earlier builds, which may
// still run.
func (b *Builder) Build(ctx context.Context, functions []*plan.Function) (map[plan.Code]Program, error) {
	b.began = time.Now()
	if b.folder == nil {
		made, err := makeFolder()
		if err != nil {
			return nil, err
		}
		b.folder = made
		return b.buildIn(ctx, made.path, functions)
	}
	dir, err := os.MkdirTemp(b.folder.path, "again-")
	if err != nil {
		return nil, err
	}
	programs, err := b.buildIn(ctx, dir, functions)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	b.previous, b.current = b.current, dir
	return programs, nil
}

// buildIn builds in a folder that exists.
func (b *Builder) buildIn(ctx context.Context, dir string, functions []*plan.Function) (map[plan.Code]Program, error) {
	programs := map[plan.Code]Program{}
	var problems []error
	for _, f := range functions {
		if _, done := programs[f.Code]; done {
			continue
		}
		program, err := b.program(ctx, f.Code, filepath.Join(dir, strconv.Itoa(len(programs))))
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			problems = append(problems, err)
		}
		programs[f.Code] = program
	}
	return programs, errors.Join(problems...)
}

// RemovePrevious removes the programs of the build before the last one, unless
// that is the first: these are removed with everything else.
func (b *Builder) RemovePrevious() error {
	if b.previous == "" {
		return nil
	}
	return os.RemoveAll(b.previous)
}

// Changed reports whether a source has changed since the last build began: a
// change that nobody watched for.
func (b *Builder) Changed(source Source) bool {
	return slices.ContainsFunc(source.files(), func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && !info.IsDir() && info.ModTime().After(b.began)
	})
}

// Remove removes everything that was built.
func (b *Builder) Remove() {
	if b.folder != nil {
		b.folder.remove()
	}
}

// environment returns variables in the form of os.Environ, sorted.
func environment(variables map[string]string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		all = append(all, name+"="+variables[name])
	}
	return all
}
