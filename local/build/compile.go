package build

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

// compile runs go build as the SAM CLI does, but for the local platform. out is a
// folder for the program.
func compile(ctx context.Context, source, out string) (Program, error) {
	scratch, err := os.MkdirTemp(filepath.Dir(out), "go-build-") // a build that is killed leaves it
	if err := errors.Join(err, os.MkdirAll(out, 0o700)); err != nil {
		return Program{}, err
	}
	// Without a VCS stamp, which fails in checkouts that git does not trust. Into a
	// folder, so that nothing is written for a package that is not main.
	command := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", out+string(filepath.Separator), ".")
	command.Dir = source
	command.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOTMPDIR="+scratch)
	killGroup(command)
	output, err := command.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return Program{}, errors.New("building " + source + " requires Go; install it from https://go.dev/dl, or set CodeUri to a folder with a bootstrap")
	}
	if err != nil && !bytes.Contains(output, []byte("no main packages to build")) {
		return Program{}, fmt.Errorf("go build failed in %s:\n%s", source, bytes.TrimRight(output, "\n"))
	}
	built, err := os.ReadDir(out)
	if err != nil {
		return Program{}, err
	}
	if len(built) == 0 { // which is an error to some versions of Go only
		return Program{}, fmt.Errorf("%s contains no package main; set CodeUri to the program's folder", source)
	}
	bootstrap := filepath.Join(out, "bootstrap"+executableSuffix())
	if err := os.Rename(filepath.Join(out, built[0].Name()), bootstrap); err != nil {
		return Program{}, err
	}
	if _, err := exec.LookPath(bootstrap); err != nil {
		return Program{}, fmt.Errorf("cannot execute a program in the folder for builds: %w; set TMPDIR to another folder", err)
	}
	return Program{[]string{bootstrap}, out}, nil
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
