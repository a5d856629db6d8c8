package plan

import (
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/runtime/wire"
)

// variables returns the variables that the runtime reads, followed by the one that
// starts the dispatcher.
func variables(f *Function) []cfn.Entry {
	j := f.Job.Model
	vars := make(environment, 0, maxVariables)
	vars.set(wire.EnvJob, cfn.NewString(j.LogicalID))
	if f.Step != nil {
		vars.set(wire.EnvStep, cfn.NewString(f.Step.Model.Name))
	}
	vars.set(wire.EnvHandler, cfn.NewString(f.Handler))
	if j.Name != nil {
		vars.set(wire.EnvName, j.Name)
	}
	vars.set(wire.EnvQueues, queueList(f.Targets))
	if s := f.Step; s != nil {
		vars.set(wire.EnvQueue, s.Queue.URL())
		vars.setStep(s)
		vars.set(wire.EnvMaxDepth, j.MaxDepth)
	} else {
		vars.setGenerate(f.Job)
	}
	if f.Language.Dispatched() {
		vars.set(wire.EnvExecWrapper, cfn.NewString(wire.ExecWrapper))
	}
	return vars
}

// maxVariables is the maximum number of variables that StarJob adds to a function.
const maxVariables = 14

// environment is a list of variables. Lambda accepts only strings.
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

func (e *environment) setStep(s *Step) {
	if s.DeadLetters.Queue != nil {
		e.set(wire.EnvDeadLetterQueue, s.DeadLetters.Queue.URL())
	}
	if s.DeadLetters.Elsewhere() {
		e.set(wire.EnvRedrive, cfn.NewBool(true))
	}
	model := s.Model
	if model.IgnoreErrors.Kind != cfn.Bool || model.IgnoreErrors.Text == "true" {
		e.set(wire.EnvIgnoreErrors, model.IgnoreErrors)
	}
	e.set(wire.EnvMaxAttempts, s.DeadLetters.Attempts)
	e.set(wire.EnvMinDelay, model.Retry.MinDelay)
	e.set(wire.EnvMaxDelay, model.Retry.MaxDelay)
}

func (e *environment) setGenerate(j *Job) {
	if j.Model.Name != nil && len(j.Steps) > 0 {
		// The runtime derives all URLs from that of one queue. The choice does not
		// depend on the order of the steps, so reordering them changes nothing.
		first := slices.MinFunc(j.Steps, func(a, b *Step) int { return strings.Compare(a.Model.Name, b.Model.Name) })
		e.set(wire.EnvQueue, first.Queue.URL())
	}
	if name := j.Model.Generate.DefaultStep; name != "" {
		e.set(wire.EnvDefaultStep, cfn.NewString(name))
	}
}

// queueList returns the value of [wire.EnvQueues]; nil for no steps. If all names
// are short, it is a plain string, which takes little of Lambda's 4 KB.
func queueList(steps []*Step) *cfn.Node {
	entries := make([]string, len(steps))
	plain := true
	for i, s := range steps {
		entries[i] = s.Queue.Entry
		plain = plain && s.Queue.Short
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
