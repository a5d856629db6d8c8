package local

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/serverless-star/starjob/local/build"
)

// Sources returns the sources of the functions; see [build.Sources].
func (s *Stack) Sources(ctx context.Context) []Source {
	return build.Sources(ctx, s.plan.Running())
}

// Changed reports whether a source has changed since the last build began: a
// change that nobody watched for. It and Rebuild must not be called concurrently.
func (s *Stack) Changed(source Source) bool { return s.builder.Changed(source) }

// Rebuild builds the functions again and makes them run the new programs. Busy
// processes finish their invocations first. All errors of the build are reported
// together, and the functions keep running the previous programs. A [*StartError]
// means that a new program cannot start.
func (s *Stack) Rebuild(ctx context.Context) error {
	programs, err := s.builder.Build(ctx, s.plan.Running())
	if err != nil {
		return err
	}
	var problems []error
	for _, id := range slices.Sorted(maps.Keys(s.functions)) {
		f := s.functions[id]
		program := programs[f.Plan.Code]
		problems = append(problems, f.Replace(program.Command, program.Dir))
	}
	problems = append(problems, s.builder.RemovePrevious(), s.Ready(ctx))
	return errors.Join(problems...)
}
