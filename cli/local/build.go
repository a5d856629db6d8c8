package local

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
			return context.Cause(ctx)
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
	entries, err := os.ReadDir(path)
	if err != nil {
		return program{}, err
	}
	if slices.ContainsFunc(entries, isGo) {
		b.notify(path)
		return compile(ctx, path, out)
	}
	bootstrap := filepath.Join(path, "bootstrap")
	if err := runnable(bootstrap, path+" holds neither Go source nor a bootstrap: point CodeUri at the program's folder"); err != nil {
		return program{}, err
	}
	return program{bootstrap, path}, nil
}

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
	size := uint64(0)
	for _, f := range archive.File {
		if size += f.UncompressedSize64; size > maxUnzipped {
			return program{}, fmt.Errorf("%s holds more than 250 MB, the most that Lambda takes", path)
		}
		if !filepath.IsLocal(f.Name) {
			return program{}, fmt.Errorf("%s holds %q, which leads out of it", path, f.Name)
		}
		if err := extract(f, filepath.Join(out, f.Name)); err != nil {
			return program{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	bootstrap := filepath.Join(out, "bootstrap")
	return program{bootstrap, out}, runnable(bootstrap, path+" holds no bootstrap")
}

// maxUnzipped bounds what a zip file holds.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxUnzipped = 250 << 20

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
