package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A builder turns functions' code into programs, each folder once, below a
// folder of its own.
type builder struct {
	dir      string // for what is built
	notify   func(folder string)
	starters *starters
	programs map[code]program
}

// program is a command and the folder it runs in.
type program struct {
	command []string
	dir     string
}

// build makes the program of every function and returns all failures together.
func (b *builder) build(ctx context.Context, functions []*functionPlan) error {
	var problems []error
	for _, f := range functions {
		if _, done := b.programs[f.code]; done {
			continue
		}
		made, err := b.make(ctx, f.code)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			problems = append(problems, err)
		}
		b.programs[f.code] = made
	}
	return errors.Join(problems...)
}

func (b *builder) make(ctx context.Context, c code) (program, error) {
	out := filepath.Join(b.dir, strconv.Itoa(len(b.programs)))
	if c.wrapper != "" {
		return b.place(c, out)
	}
	dir, missing := c.path, c.path+" holds neither Go source nor a bootstrap: "+elsewhere(c.path)
	if isZip(c.path) {
		dir, missing = out, c.path+" holds no bootstrap"
		if err := unzip(c.path, out); err != nil {
			return program{}, err
		}
	} else {
		entries, err := os.ReadDir(c.path)
		if err != nil {
			return program{}, err
		}
		if slices.ContainsFunc(entries, isGo) {
			b.notify(c.path)
			return b.compile(ctx, c.path, out)
		}
	}
	bootstrap, err := filepath.Abs(filepath.Join(dir, "bootstrap")) // alone it would be looked for in PATH
	if err != nil {
		return program{}, err
	}
	return program{[]string{bootstrap}, dir}, runnable(bootstrap, missing)
}

// elsewhere says what to do about a folder that holds no program.
func elsewhere(folder string) string {
	if _, err := os.Stat(filepath.Join(folder, "Makefile")); err == nil {
		return "its Makefile is not run here; run sam build, and then star run .aws-sam/build"
	}
	return "point CodeUri at the program's folder"
}

// place puts code where an interpreter finds it; nothing is built.
func (b *builder) place(c code, out string) (program, error) {
	command, err := b.starters.command(c)
	switch {
	case err != nil:
		return program{}, err
	case c.path == "":
		index := filepath.Join(out, languageOf(c.runtime).index)
		return program{command, out}, errors.Join(os.MkdirAll(out, 0o700), os.WriteFile(index, []byte(c.inline), 0o600))
	case isZip(c.path):
		return program{command, out}, unzip(c.path, out)
	}
	return program{command, c.path}, isFolder(c.path)
}

func isFolder(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is a file: point CodeUri at its folder, or at a zip file", path)
	}
	return err
}

func isZip(path string) bool { return strings.HasSuffix(path, ".zip") }

func isGo(e os.DirEntry) bool { return filepath.Ext(e.Name()) == ".go" }

// runnable tells what is wrong with a bootstrap; missing is said of one that
// does not exist.
func runnable(bootstrap, missing string) error {
	info, err := os.Stat(bootstrap)
	switch {
	case err != nil:
		return errors.New(missing)
	case info.IsDir(), runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return fmt.Errorf("%s is not a program that can be executed: Lambda wants its mode to be 755", bootstrap)
	}
	return nil
}
