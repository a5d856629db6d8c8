package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
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
	dir, missing := c.path, c.path+" holds neither Go source nor a bootstrap: point CodeUri at the program's folder"
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
			return compile(ctx, c.path, out)
		}
	}
	bootstrap, err := filepath.Abs(filepath.Join(dir, "bootstrap")) // alone it would be looked for in PATH
	if err != nil {
		return program{}, err
	}
	return program{[]string{bootstrap}, dir}, runnable(bootstrap, missing)
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

// compile runs go build as the SAM CLI would, for this machine.
func compile(ctx context.Context, source, out string) (program, error) {
	if err := os.MkdirAll(out, 0o700); err != nil {
		return program{}, err
	}
	// No stamp: it fails in checkouts that git does not trust. Into a folder:
	// nothing is written for a package that is not main.
	command := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", out+string(filepath.Separator), ".")
	command.Dir = source
	command.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // go tidies up after itself
	command.WaitDelay = 2 * time.Second
	output, err := command.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return program{}, errors.New("building " + source + " needs Go: install it from https://go.dev/dl, or point CodeUri at a folder with a bootstrap")
	}
	if err != nil && !bytes.Contains(output, []byte("no main packages to build")) {
		return program{}, fmt.Errorf("go build failed in %s:\n%s", source, bytes.TrimRight(output, "\n"))
	}
	built, err := os.ReadDir(out)
	if err != nil {
		return program{}, err
	}
	if len(built) == 0 { // some versions of Go call that an error, others don't
		return program{}, fmt.Errorf("%s holds no package main: point CodeUri at the program's folder", source)
	}
	bootstrap := filepath.Join(out, "bootstrap"+executableSuffix())
	return program{[]string{bootstrap}, out}, os.Rename(filepath.Join(out, built[0].Name()), bootstrap)
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
