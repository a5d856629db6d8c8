package local

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A builder turns functions' code into programs, each folder once, below a
// folder of its own.
type builder struct {
	dir      string // for what is built
	notify   func(folder string)
	programs map[string]program
}

// program is a bootstrap and the folder it belongs to.
type program struct{ bootstrap, dir string }

// build makes the program of every function and returns all failures together.
func (b *builder) build(ctx context.Context, functions []*functionPlan) error {
	var problems []error
	for _, f := range functions {
		if _, done := b.programs[f.code.path]; done {
			continue
		}
		made, err := b.make(ctx, f.code.path)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			problems = append(problems, err)
		}
		b.programs[f.code.path] = made
	}
	return errors.Join(problems...)
}

func (b *builder) make(ctx context.Context, path string) (program, error) {
	out := filepath.Join(b.dir, strconv.Itoa(len(b.programs)))
	if strings.HasSuffix(path, ".zip") {
		return unzip(path, out)
	}
	sources, err := filepath.Glob(filepath.Join(path, "*.go"))
	if err != nil {
		return program{}, err
	}
	if len(sources) > 0 {
		b.notify(path)
		return compile(ctx, path, out)
	}
	bootstrap := filepath.Join(path, "bootstrap")
	if _, err := os.Stat(bootstrap); err != nil {
		return program{}, fmt.Errorf("%s holds neither Go source nor a bootstrap: point CodeUri at the program's folder", path)
	}
	return program{bootstrap, path}, nil
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
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // go tidies up after itself
	command.WaitDelay = 2 * time.Second
	output, err := command.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return program{}, errors.New("building " + source + " needs Go: install it from https://go.dev/dl, or point CodeUri at a folder with a bootstrap")
	}
	if err != nil {
		return program{}, fmt.Errorf("go build failed in %s:\n%s", source, strings.TrimRight(string(output), "\n"))
	}
	built, err := os.ReadDir(out)
	if err != nil {
		return program{}, err
	}
	if len(built) == 0 {
		return program{}, fmt.Errorf("%s holds no package main: point CodeUri at the program's folder", source)
	}
	bootstrap := filepath.Join(out, "bootstrap"+executableSuffix())
	return program{bootstrap, out}, os.Rename(filepath.Join(out, built[0].Name()), bootstrap)
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

func unzip(path, out string) (program, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return program{}, fmt.Errorf("%s cannot be read as a zip file: %w", path, err)
	}
	defer archive.Close()
	for _, f := range archive.File {
		if !filepath.IsLocal(f.Name) {
			return program{}, fmt.Errorf("%s holds %q, which leads out of it", path, f.Name)
		}
		if err := extract(f, filepath.Join(out, f.Name)); err != nil {
			return program{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	bootstrap := filepath.Join(out, "bootstrap")
	if _, err := os.Stat(bootstrap); err != nil {
		return program{}, fmt.Errorf("%s holds no bootstrap", path)
	}
	return program{bootstrap, out}, nil
}

func extract(f *zip.File, to string) error {
	if f.FileInfo().IsDir() {
		return os.MkdirAll(to, 0o700)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode().Perm()|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close())
}
