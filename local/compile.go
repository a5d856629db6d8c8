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
)

// compile runs go build as the SAM CLI would, for this machine.
func (b *builder) compile(ctx context.Context, source, out string) (program, error) {
	scratch, err := os.MkdirTemp(b.dir, "go-build-") // what is left of a build that was killed goes with the rest
	if err := errors.Join(err, os.MkdirAll(out, 0o700)); err != nil {
		return program{}, err
	}
	// No stamp: it fails in checkouts that git does not trust. Into a folder:
	// nothing is written for a package that is not main.
	command := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", out+string(filepath.Separator), ".")
	command.Dir = source
	command.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOTMPDIR="+scratch)
	killWhole(command)
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
	if err := os.Rename(filepath.Join(out, built[0].Name()), bootstrap); err != nil {
		return program{}, err
	}
	if _, err := exec.LookPath(bootstrap); err != nil {
		return program{}, fmt.Errorf("what is built cannot be executed where it is: %w; TMPDIR names another place", err)
	}
	return program{[]string{bootstrap}, out}, nil
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
