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

// Config is what the macro wrote into the function's environment.
type Config struct {
	Job, Step       string
	Queue           string // URL of the step's own; empty: failed items come back by the visibility timeout
	DeadLetterQueue string // URL; may be empty
	Redrive         bool   // SQS dead-letters by itself, to a queue unknown here
	IgnoreErrors    bool
	MaxAttempts     int
	MinDelay        time.Duration
	MaxDelay        time.Duration
	MaxDepth        int // 0: no limit
	DefaultStep     string

	// Route returns the URL of a step's queue, or a Refusal.
	Route func(step string) (string, error)
}

// ParseConfig reads the environment through getenv. All faults are reported
// together.
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
			p.fault(wire.EnvDefaultStep, c.DefaultStep, "a step of "+wire.EnvQueues)
		}
	}
	return c, errors.Join(p.faults...)
}

// route finds queues in a table that does not change any more.
func route(queues map[string]string) func(string) (string, error) {
	steps := slices.Sorted(maps.Keys(queues))
	return func(step string) (string, error) {
		if queue, ok := queues[step]; ok {
			return queue, nil
		}
		detail := "this function may not generate items for any step"
		if len(steps) > 0 {
			detail = "no such step; this function may generate for " + strings.Join(steps, ", ") + didYouMean(step, steps)
		}
		return "", &Refusal{Step: step, Reason: ErrUnknownStep, Detail: detail}
	}
}

// environment collects what is wrong with the variables that it reads.
type environment struct {
	getenv func(string) string
	faults []error
}

func (e *environment) fault(name, value, want string) {
	e.faults = append(e.faults, fmt.Errorf("%s is %q, want %s", name, value, want))
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

func (e *environment) number(name string, absent, least int) int {
	value := e.getenv(name)
	if value == "" {
		return absent
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < least {
		e.fault(name, value, fmt.Sprintf("a whole number, %d or more", least))
		return absent
	}
	return n
}

func (e *environment) seconds(name string, absent int) time.Duration {
	n := e.number(name, absent, 0)
	if n > wire.MaxVisibilitySeconds {
		e.fault(name, strconv.Itoa(n), fmt.Sprintf("at most %d seconds", wire.MaxVisibilitySeconds))
	}
	return time.Duration(n) * time.Second
}
