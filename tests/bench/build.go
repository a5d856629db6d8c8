package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// programs are the programs that the benchmarks start, built as for deployment.
type programs struct{ dir string }

// build builds the programs into a folder.
func build(dir string) (programs, error) {
	command := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", dir+string(filepath.Separator),
		"./macro", "./cli/star", "./runtime/dispatch/dispatcher", "./tests/bench/job", "./tests/bench/hello", "./tests/bench/sender", "./tests/bench/server")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		return programs{}, fmt.Errorf("%w: %s", err, out)
	}
	return programs{dir}, nil
}

func (p programs) path(name string) string { return filepath.Join(p.dir, name) }

// size returns the size of a program's file, in bytes.
func (p programs) size(name string) (int64, error) {
	info, err := os.Stat(p.path(name))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
