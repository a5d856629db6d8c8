package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// Rebuild builds the functions anew and has them run what came out. Processes
// that work finish their work first. After an error of the build, all of which
// are reported together, the functions stay what they were; a [*StartError] is
// of one that cannot start any more.
func (s *Stack) Rebuild(ctx context.Context) error {
	s.built = time.Now()
	dir, err := os.MkdirTemp(s.folder.path, "again-")
	if err != nil {
		return err
	}
	b := s.builder(dir)
	if err := b.build(ctx, s.plan.needed(s.required)); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	var problems []error
	for _, f := range s.functions {
		made := b.programs[f.code]
		if err := f.runner.Replace(made.command, made.dir); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", f.path, err))
		}
		f.tail.clear()
	}
	// What the build before was made of may run for a while yet.
	problems = append(problems, os.RemoveAll(s.last), s.Ready(ctx))
	s.last = dir
	return errors.Join(problems...)
}
