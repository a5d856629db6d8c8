package expand

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/runtime/wire"
)

// setEnvironment adds StarJob's variables to the user's, less those of the user's
// that are StarJob's own.
func (p *plan) setEnvironment(f *function, properties *cfn.Node) {
	environment, variables := cfn.NewMap(), cfn.NewMap()
	if n := properties.Get("Environment"); n != nil && n.Kind == cfn.Map {
		environment = n.Clone()
	}
	if n := environment.Get("Variables"); n != nil && n.Kind == cfn.Map {
		for _, e := range n.Entries {
			if !f.owns(e.Key) {
				variables.Entries = append(variables.Entries, e)
			}
		}
	}
	variables.Entries = append(variables.Entries, p.variables(f)...)
	if f.language.dispatched() {
		variables.Set(wire.EnvExecWrapper, cfn.NewString(wire.ExecWrapper))
	}
	environment.Set("Variables", variables)
	properties.Set("Environment", environment)
}

// owns tells whether an environment variable is StarJob's.
func (f *function) owns(name string) bool {
	return strings.HasPrefix(name, wire.EnvPrefix) || name == wire.EnvExecWrapper && f.language.dispatched()
}

// variables are what the runtime reads.
func (p *plan) variables(f *function) []cfn.Entry {
	vars := environment{cfn.E(wire.EnvJob, cfn.NewString(p.LogicalID))}
	if f.step != nil {
		vars.set(wire.EnvStep, cfn.NewString(f.step.Name))
	}
	vars.set(wire.EnvHandler, cfn.NewString(f.handler))
	if p.Name != nil {
		vars.set(wire.EnvName, p.Name)
	}
	vars.set(wire.EnvQueues, queueList(f.targets))
	if s := f.step; s != nil {
		vars.set(wire.EnvQueue, s.queue.url())
		vars.setStep(s)
		vars.set(wire.EnvMaxDepth, p.MaxDepth)
		return vars
	}
	if p.Name != nil && len(p.steps) > 0 {
		// Any queue of the job tells where the others are. It is the same one
		// whatever the order of the steps.
		first := slices.MinFunc(p.steps, func(a, b *step) int { return strings.Compare(a.Name, b.Name) })
		vars.set(wire.EnvQueue, first.queue.url())
	}
	if p.Generate.DefaultStep != "" {
		vars.set(wire.EnvDefaultStep, cfn.NewString(p.Generate.DefaultStep))
	}
	return vars
}

// environment is a list of variables. Lambda takes strings alone.
type environment []cfn.Entry

func (e *environment) set(name string, value *cfn.Node) {
	if value == nil {
		return
	}
	*e = append(*e, cfn.E(name, value.EachChoice(asText)))
}

func asText(value *cfn.Node) *cfn.Node {
	if text, ok := value.AsScalar(); ok {
		return cfn.NewString(text)
	}
	return value.Clone()
}

func (e *environment) setStep(s *step) {
	if s.dead.queue != nil {
		e.set(wire.EnvDeadLetterQueue, s.dead.queue.url())
	}
	if s.dead.elsewhere() {
		e.set(wire.EnvRedrive, cfn.NewBool(true))
	}
	if s.IgnoreErrors.Kind != cfn.Bool || s.IgnoreErrors.Text == "true" {
		e.set(wire.EnvIgnoreErrors, s.IgnoreErrors)
	}
	e.set(wire.EnvMaxAttempts, s.dead.attempts)
	e.set(wire.EnvMinDelay, s.Retry.MinDelay)
	e.set(wire.EnvMaxDelay, s.Retry.MaxDelay)
}

// queueList is the value of [wire.EnvQueues]; nil for no steps. Where all names
// are short it is a plain text, and costs next to nothing of Lambda's 4 KB.
func queueList(steps []*step) *cfn.Node {
	entries := make([]string, len(steps))
	plain := true
	for i, s := range steps {
		entries[i] = s.queue.entry
		plain = plain && s.queue.short
	}
	text := strings.Join(entries, " ")
	switch {
	case text == "":
		return nil
	case plain:
		return cfn.NewString(text)
	}
	return cfn.Sub(text)
}
