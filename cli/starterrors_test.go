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
		"the function Plan does not start: it does nothing\n  panic: boom":      errors.Join(start("Plan")),
		"the functions Plan, Work do not start: it does nothing\n  panic: boom": errors.Join(errors.Join(start("Plan"), start("Work"))),
		"the functions Plan, Load do not start: it does nothing\n  panic: boom\nno disk\nthe function Work does not start: too slow": errors.Join(
			start("Plan"), errors.New("no disk"), &local.StartError{Function: "Work", Message: "too slow"}, start("Load")),
	} {
		if got := mergeStartErrors(err).Error(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
