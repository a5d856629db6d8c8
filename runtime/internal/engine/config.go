package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// Config holds the settings that the macro wrote into the function's environment.
type Config struct {
	Job, Step       string
	Queue           string // URL of the step's queue; empty: failed items are retried after the visibility timeout
	DeadLetterQueue string // URL; may be empty
	Redrive         bool   // SQS moves dead letters itself, to a queue outside the template
	IgnoreErrors    bool
	MaxAttempts     int
	MinDelay        time.Duration
	MaxDelay        time.Duration
	MaxDepth        int // 0: no limit
	DefaultStep     string

	// Route returns the URL of a step's queue, or a [*Refusal].
	Route func(step string) (string, error)
}

// ParseConfig reads the environment through getenv. The error lists everything
// that is wrong with it.
func ParseConfig(getenv func(string) string) (Config, error) {
	p := environment{getenv: getenv}
	queues, err := wire.ParseQueues(getenv(wire.EnvQueues), getenv(wire.EnvQueue), getenv(wire.EnvName))
	if err != nil {
		p.faults = append(p.faults, err)
	}
	c := Config{
		Job: getenv(wire.EnvJob), Step: getenv(wire.EnvStep),
		Queue: getenv(wire.EnvQueue), DeadLetterQueue: getenv(wire.EnvDeadLetterQueue),
		Redrive: p.flag(wire.EnvRedrive), IgnoreErrors: p.flag(wire.EnvIgnoreErrors),
		MaxAttempts: p.number(wire.EnvMaxAttempts, wire.DefaultMaxAttempts, 1),
		MinDelay:    p.seconds(wire.EnvMinDelay, wire.DefaultMinDelay),
		MaxDelay:    p.seconds(wire.EnvMaxDelay, wire.DefaultMaxDelay),
		MaxDepth:    p.number(wire.EnvMaxDepth, wire.DefaultMaxDepth, 0),
		DefaultStep: getenv(wire.EnvDefaultStep),
		Route:       route(queues),
	}
	if c.DefaultStep != "" && err == nil {
		if _, err := c.Route(c.DefaultStep); err != nil {
			p.fault(wire.EnvDefaultStep, c.DefaultStep, "a step listed in "+wire.EnvQueues)
		}
	}
	return c, errors.Join(p.faults...)
}

// route returns a function that looks queues up. The table must not change anymore.
func route(queues map[string]string) func(string) (string, error) {
	steps := slices.Sorted(maps.Keys(queues))
	return func(step string) (string, error) {
		if queue, ok := queues[step]; ok {
			return queue, nil
		}
		detail := "this function may not generate for any step"
		if len(steps) > 0 {
			detail = "this function may generate for " + strings.Join(steps, ", ") + didYouMean(step, steps)
		}
		return "", &Refusal{Step: step, Reason: ErrUnknownStep, Detail: detail}
	}
}

// environment reads environment variables and collects the errors in them.
type environment struct {
	getenv func(string) string
	faults []error
}

func (e *environment) fault(name, value, allowed string) {
	e.faults = append(e.faults, fmt.Errorf("invalid environment variable: %s is %q (allowed: %s)", name, value, allowed))
}

func (e *environment) flag(name string) bool {
	switch value := e.getenv(name); value {
	case "true":
		return true
	case "", "false":
	default:
		e.fault(name, value, "true or false")
	}
	return false
}

func (e *environment) number(name string, absent, minimum int) int {
	value := e.getenv(name)
	if value == "" {
		return absent
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < minimum {
		e.fault(name, value, fmt.Sprintf("an integer, %d or more", minimum))
		return absent
	}
	return n
}

func (e *environment) seconds(name string, absent int) time.Duration {
	n := e.number(name, absent, 0)
	if n > wire.MaxVisibilitySeconds {
		e.fault(name, strconv.Itoa(n), fmt.Sprintf("0 to %d seconds", wire.MaxVisibilitySeconds))
	}
	return time.Duration(n) * time.Second
}
