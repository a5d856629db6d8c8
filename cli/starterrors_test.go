package cli

import (
	"errors"
	"testing"

	"github.com/serverless-star/starjob/local"
)

func TestMergeStartErrors(t *testing.T) {
	t.Parallel()
	start := func(function string) error {
		return &local.StartError{Function: function, Message: "it does nothing", Log: "panic: boom\n"}
	}
	for want, err := range map[string]error{
		"no disk": errors.New("no disk"),
		"function Plan failed to start: it does nothing\n  panic: boom":        errors.Join(start("Plan")),
		"functions Plan, Work failed to start: it does nothing\n  panic: boom": errors.Join(errors.Join(start("Plan"), start("Work"))),
		"functions Plan, Load failed to start: it does nothing\n  panic: boom\nno disk\nfunction Work failed to start: too slow": errors.Join(
			start("Plan"), errors.New("no disk"), &local.StartError{Function: "Work", Message: "too slow"}, start("Load")),
	} {
		if got := mergeStartErrors(err).Error(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
