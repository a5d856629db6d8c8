package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/local/plan"
)

// A Program is a command and the folder that it runs in.
type Program struct {
	Command []string
	Dir     string
}

// program makes the program of a function's code. out is a folder for it that does
// not exist yet.
func (b *Builder) program(ctx context.Context, c plan.Code, out string) (Program, error) {
	if c.Wrapper != "" {
		return b.interpreted(c, out)
	}
	dir, missing := c.Path, c.Path+" contains neither Go source nor a bootstrap; "+elsewhere(c.Path)
	if isZip(c.Path) {
		dir, missing = out, c.Path+" contains no bootstrap"
		if err := unzip(c.Path, out); err != nil {
			return Program{}, err
		}
	} else {
		entries, err := os.ReadDir(c.Path)
		if err != nil {
			return Program{}, err
		}
		if slices.ContainsFunc(entries, isGo) {
			b.building(c.Path)
			return compile(ctx, c.Path, out)
		}
	}
	bootstrap, err := filepath.Abs(filepath.Join(dir, "bootstrap")) // a relative path would be looked up in PATH
	if err != nil {
		return Program{}, err
	}
	return Program{[]string{bootstrap}, dir}, runnable(bootstrap, missing)
}

// elsewhere returns the fix for a folder without a program.
func elsewhere(folder string) string {
	if _, err := os.Stat(filepath.Join(folder, "Makefile")); err == nil {
		return "to use its Makefile, run sam build, then star run .aws-sam/build"
	}
	return "set CodeUri to the program's folder"
}

// interpreted puts code where an interpreter finds it; nothing is built.
func (b *Builder) interpreted(c plan.Code, out string) (Program, error) {
	command, err := b.command(c)
	switch {
	case err != nil:
		return Program{}, err
	case c.Path == "":
		index := filepath.Join(out, languages[c.Interpreter].index)
		return Program{command, out}, errors.Join(os.MkdirAll(out, 0o700), os.WriteFile(index, []byte(c.Inline), 0o600))
	case isZip(c.Path):
		return Program{command, out}, unzip(c.Path, out)
	}
	return Program{command, c.Path}, isFolder(c.Path)
}

// command returns the command of a wrapper, followed by the interpreter, which
// must have been found.
func (b *Builder) command(c plan.Code) ([]string, error) {
	command, err := b.wrappers[c.Wrapper]()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Wrapper, err)
	}
	return append(slices.Clone(command), b.interpreters.found[c.Interpreter].path), nil
}

// isFolder returns an error if path is not a folder.
func isFolder(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is a file; set CodeUri to its folder, or to a zip file", path)
	}
	return err
}

func isZip(path string) bool { return strings.HasSuffix(path, ".zip") }

func isGo(e os.DirEntry) bool { return filepath.Ext(e.Name()) == ".go" }

// runnable returns an error if a bootstrap cannot run; missing is its message if the
// bootstrap does not exist.
func runnable(bootstrap, missing string) error {
	info, err := os.Stat(bootstrap)
	switch {
	case err != nil:
		return errors.New(missing)
	case info.IsDir(), runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return fmt.Errorf("%s is not executable; set its mode to 755, as Lambda requires", bootstrap)
	}
	return nil
}
