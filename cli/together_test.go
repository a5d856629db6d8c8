package cli

import (
	"errors"
	"testing"

	"github.com/serverless-star/starjob/local"
)

func TestTogether(t *testing.T) {
	t.Parallel()
	lacks := func(function string) error {
		return &local.StartError{Function: function, Message: "it does nothing", Log: "panic: boom\n"}
	}
	for want, err := range map[string]error{
		"no disk": errors.New("no disk"),
		"the function Plan does not start: it does nothing\n  panic: boom":      errors.Join(lacks("Plan")),
		"the functions Plan, Work do not start: it does nothing\n  panic: boom": errors.Join(errors.Join(lacks("Plan"), lacks("Work"))),
		"the functions Plan, Load do not start: it does nothing\n  panic: boom\nno disk\nthe function Work does not start: too slow": errors.Join(
			lacks("Plan"), errors.New("no disk"), &local.StartError{Function: "Work", Message: "too slow"}, lacks("Load")),
	} {
		if got := together(err).Error(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
