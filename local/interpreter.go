package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// interpreter is a program of this machine that stands in for runtimes.
type interpreter struct {
	path string
	version
}

// look finds an interpreter and its version, or says what is wrong with it. What
// is found may depend on the folder, where a tool manages versions.
func (s *starters) look(ctx context.Context, l *language) (found interpreter, problem string) {
	path, err := exec.LookPath(l.interpreter)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return found, "which is not on the PATH"
	}
	if path, err = filepath.Abs(path); err != nil {
		return found, "which cannot be found: " + err.Error()
	}
	text, err := s.ask(ctx, path, "--version")
	if err != nil {
		return found, strings.TrimSpace(fmt.Sprintf("but %s --version fails: %v\n%s", path, err, text))
	}
	here, ok := readVersion(text)
	switch {
	case !ok:
		return found, fmt.Sprintf("but %s --version tells none: %s", path, text)
	case here.compare(l.oldest) < 0:
		return found, fmt.Sprintf("and %s is %s, older than %s", path, text, l.oldest)
	}
	return interpreter{s.behind(ctx, l, path), here}, ""
}

// behind is the interpreter itself, where what was found is a script that looks
// for it, as tools that manage versions put there: that takes longer than the
// rest of a start.
func (s *starters) behind(ctx context.Context, l *language, path string) string {
	if !isScript(path) {
		return path
	}
	real, err := s.ask(ctx, path, l.whereabouts...)
	if err != nil || !filepath.IsAbs(real) || !strings.HasPrefix(filepath.Base(real), strings.TrimRight(l.interpreter, "3")) {
		return path
	}
	return real
}

func isScript(path string) bool {
	program, err := os.Open(path)
	if err != nil {
		return false
	}
	defer program.Close()
	start := make([]byte, 2)
	_, err = io.ReadFull(program, start)
	return err == nil && string(start) == "#!"
}

// mostPatience is how long an interpreter may take to answer.
const mostPatience = 30 * time.Second

// ask runs an interpreter as functions run it, and returns what it prints.
func (s *starters) ask(ctx context.Context, path string, arguments ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, mostPatience)
	defer cancel()
	command := exec.CommandContext(ctx, path, arguments...)
	command.Dir, command.Env, command.WaitDelay = s.from, s.environment, time.Second
	output, err := command.CombinedOutput()
	return strings.TrimSpace(string(output)), err
}
