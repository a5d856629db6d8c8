package engine

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// env reads variables from a map.
func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestConfig(t *testing.T) {
	t.Parallel()
	c, err := ParseConfig(env(map[string]string{
		"STAR_JOB": "Try", "STAR_STEP": "plan", "STAR_QUEUE": "https://sqs/1/Try-plan", "STAR_NAME": "Try",
		"STAR_QUEUES": "plan execute.fifo other=https://sqs/1/x", "STAR_DEAD_LETTER_QUEUE": "https://sqs/1/dead",
		"STAR_REDRIVE": "true", "STAR_DEFAULT_STEP": "plan", "STAR_IGNORE_ERRORS": "true", "STAR_MAX_ATTEMPTS": "7",
		"STAR_MIN_DELAY": "0", "STAR_MAX_DELAY": "60", "STAR_MAX_DEPTH": "0",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Job != "Try" || c.Step != "plan" || c.DeadLetterQueue != "https://sqs/1/dead" || !c.Redrive || c.DefaultStep != "plan" ||
		!c.IgnoreErrors || c.MaxAttempts != 7 || c.MinDelay != 0 || c.MaxDelay != time.Minute || c.MaxDepth != 0 {
		t.Errorf("%+v", c)
	}
	if queue, err := c.Route("execute"); queue != "https://sqs/1/Try-execute.fifo" || err != nil {
		t.Errorf("route %q, %v", queue, err)
	}
}

func TestConfigDefaults(t *testing.T) {
	t.Parallel()
	c, err := ParseConfig(env(nil))
	if err != nil || c.MaxAttempts != 5 || c.MinDelay != time.Second || c.MaxDelay != 15*time.Minute || c.MaxDepth != 1000 || c.IgnoreErrors {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := c.Route("plan"); !errors.Is(err, ErrUnknownStep) {
		t.Errorf("a function without queues may generate: %v", err)
	}
}

func TestConfigReportsAllFaults(t *testing.T) {
	t.Parallel()
	_, err := ParseConfig(env(map[string]string{
		"STAR_QUEUES": "plan plan=x plan=y", "STAR_IGNORE_ERRORS": "yes", "STAR_MAX_ATTEMPTS": "0", "STAR_MIN_DELAY": "-1",
		"STAR_MAX_DELAY": "50000", "STAR_MAX_DEPTH": "deep", "STAR_REDRIVE": "1",
	}))
	for _, want := range []string{
		`entry "plan" names no queue`, "duplicate step", `STAR_IGNORE_ERRORS is "yes" (allowed: true or false)`, "STAR_MAX_ATTEMPTS", "STAR_MIN_DELAY",
		"STAR_MAX_DELAY", "STAR_MAX_DEPTH", "STAR_REDRIVE",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q in it", err, want)
		}
	}
	if _, err := ParseConfig(env(map[string]string{"STAR_QUEUES": "plan=x", "STAR_DEFAULT_STEP": "plane"})); err == nil {
		t.Error("a default step without a queue is no fault")
	}
}

func TestProgramReportsAllFaults(t *testing.T) {
	t.Parallel()
	var p Program
	p.Register("plan", succeeds)
	p.Register("plan", succeeds)
	p.Register("execute", nil)
	p.Register("", succeeds)
	p.Register("star.generate", succeeds)
	_, err := p.Handler(env(map[string]string{"STAR_HANDLER": "plam", "STAR_MAX_DEPTH": "x"}), quiet(), nil)
	for _, want := range []string{
		`"plan" has two handlers`, `"execute" is nil`, "without a step name", "reserved step name: star.generate", "STAR_MAX_DEPTH", "AWS_REGION",
		`STAR_HANDLER is "plam"`, "did you mean plan?",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %q in it", err, want)
		}
	}
}

func TestProgramChoosesItsHandler(t *testing.T) {
	t.Parallel()
	var p Program
	if _, err := p.Handler(env(map[string]string{"STAR_HANDLER": "star.generate", "AWS_REGION": "x"}), quiet(), nil); err == nil {
		t.Error("a program without handlers is no fault")
	}
	p.Register("plan", succeeds)
	if h, err := p.Handler(env(map[string]string{"STAR_HANDLER": "star.generate", "AWS_REGION": "x"}), quiet(), nil); err != nil {
		t.Error(err)
	} else if _, ok := h.(*Generator); !ok {
		t.Errorf("star.generate is a %T", h)
	}
	if _, err := p.Handler(env(map[string]string{"STAR_HANDLER": "plan", "AWS_REGION": "x"}), quiet(), nil); err != nil {
		t.Error(err)
	}
	if _, err := p.Handler(env(map[string]string{"AWS_REGION": "x"}), quiet(), nil); err == nil || !strings.Contains(err.Error(), "STAR_HANDLER is not set (allowed: plan, star.generate)") {
		t.Error(err)
	}
}
