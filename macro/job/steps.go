package job

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// steps decodes the job's steps, with the job's settings as their defaults.
func (d *decoder) steps(j *Job, path cfn.Path, job *jobKeys) {
	const example = "a map of step names to steps, such as {work: {}}"
	n := job.Steps
	switch {
	case n == nil:
		d.Error(diag.Required, path[:len(path)-1], "the job has no Steps", "add Steps, "+example)
		return
	case n.Kind != cfn.Map:
		d.Error(diag.WrongType, path, "Steps is "+describe(n), "use "+example)
		return
	}
	if n = d.properties(path, n); n == nil {
		return
	}
	if len(n.Entries) == 0 {
		d.Error(diag.Required, path, "Steps is empty", "add at least one step, such as {work: {}}")
	}
	names := slices.Clip(slices.DeleteFunc(n.Keys(), func(name string) bool { return strings.HasPrefix(name, "Fn::") }))
	for _, e := range n.Entries {
		if d.stepName(path, e) {
			j.Steps = append(j.Steps, d.step(j, path.Key(e.Key), e.Value, job.settings, names))
		}
	}
}

// generateName is reserved: it names the generate function in references and
// in physical names.
const generateName = "generate"

func (d *decoder) stepName(path cfn.Path, e cfn.Entry) bool {
	name := e.Key
	path = path.Key(name)
	switch {
	case strings.HasPrefix(name, "Fn::"):
		reportAt(d.Problems, e.KeyRange, diag.NotLiteral, path, name+" is used as a step, but CloudFormation runs StarJob before it expands loops", "write each step out")
	case strings.EqualFold(name, generateName):
		reportAt(d.Problems, e.KeyRange, diag.StepName, path, fmt.Sprintf("%q is reserved for the generate function, which starts the job", name), "rename the step; to configure the generate function, use Generate, next to Steps")
	case !stepName.MatchString(name):
		reportAt(d.Problems, e.KeyRange, diag.StepName, path, fmt.Sprintf("a step is named %q (allowed: a letter, then letters, digits, - and _)", name), "start the name with a letter, and use only letters, digits, - and _")
	default:
		return true
	}
	return false
}

func (d *decoder) step(j *Job, path cfn.Path, n *cfn.Node, defaults settings, names []string) *Step {
	var keys stepKeys
	if n = d.properties(path, given(n)); n != nil { // null is a step with only defaults
		decodeKeys(d.Problems, path, stepTable, n, &keys)
	}
	name := path[len(path)-1]
	d.stepFunction(path.Key("Function"), &keys.settings)
	d.settings(path, &keys.settings)
	all := defaults.merge(keys.settings)
	all.deleteNothing()
	s := &Step{
		Name: name, Path: path, Handler: d.handler(path.Key("Handler"), keys.Handler, name), DefaultHandler: keys.Handler == nil,
		Function:           all.Function.OrElse(cfn.NewMap()),
		Queue:              all.Queue.OrElse(cfn.NewMap()),
		EventSource:        all.EventSource.OrElse(cfn.NewMap()),
		DeadLetterQueue:    all.DeadLetterQueue.OrElse(cfn.NewMap()),
		IgnoreErrors:       all.IgnoreErrors.OrElse(cfn.NewBool(false)),
		Retry:              newRetry(all.Retry),
		Generates:          d.generates(path.Key("Generates"), keys.Generates, names),
		Tags:               newTags(all.Tags),
		LogRetentionInDays: all.LogRetentionInDays.OrElse(cfn.NewInt(DefaultLogRetentionInDays)),
	}
	if s.DeadLetterQueue.Kind == cfn.Bool {
		s.DeadLetterQueue = nil
	}
	d.checkDelays(j.Path.Key("Properties"), path, s.Retry)
	return s
}

// isHandler reports whether Lambda accepts a string as the Handler of a function.
// The registered name becomes the Handler.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
func isHandler(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= 128 && !strings.ContainsAny(name, " \t\n\f\r")
}

// generateHandler is the name under which the runtime registers the handler of the
// generate function.
const generateHandler = "star.generate"

func (d *decoder) handler(path cfn.Path, n *cfn.Node, step string) string {
	if n == nil {
		return step
	}
	name, ok := d.text(path, "Handler", n)
	switch {
	case !ok:
		return step
	case name == generateHandler:
		d.Error(diag.OutOfBounds, path, fmt.Sprintf("Handler is %q, which is reserved for the generate function", name), "use the name that the step's handler is registered with")
	case !isHandler(name):
		d.Error(diag.OutOfBounds, path, fmt.Sprintf("Handler is %q (allowed: 1 to 128 characters without white space)", name), "use a name of 1 to 128 characters without white space")
	}
	return name
}

// generates returns the steps that n lists, each once; all steps if n is nil.
func (d *decoder) generates(path cfn.Path, n *cfn.Node, names []string) []string {
	if n == nil {
		return names // shared: all steps may have the same ones
	}
	list, known := d.values.Resolve(n)
	if !known {
		d.Error(diag.NotLiteral, path, "Generates is "+describe(n)+unevaluated, "use a list of step names")
		return nil
	}
	if list.Kind != cfn.List {
		d.Error(diag.WrongType, path, "Generates is "+describe(list), "use a list of step names, or [] for none")
		return nil
	}
	var steps []string
	for i, item := range list.Items {
		at := path.Index(i)
		if name, ok := d.text(at, "the step's name", item); ok && d.knownStep(at, name, names) && !slices.Contains(steps, name) {
			steps = append(steps, name)
		}
	}
	return steps
}

func (d *decoder) knownStep(path cfn.Path, name string, names []string) bool {
	if slices.Contains(names, name) {
		return true
	}
	d.Error(diag.UnknownStep, path, fmt.Sprintf("the job has no step %q", name), choices(name, names))
	return false
}

// generate decodes the declaration of the generate function.
func (d *decoder) generate(j *Job, path cfn.Path, job *jobKeys) {
	n := d.mapOrFalse(path, job.Generate)
	if n != nil && n.Kind == cfn.Bool {
		return
	}
	var keys generateKeys
	if n != nil {
		decodeKeys(d.Problems, path, generateTable, n, &keys)
	}
	at := path.Key("Function")
	function := d.ownFunction(at, keys.Function)
	j.Generate = &Generate{
		Path:               path,
		Function:           MergeFunction(job.Function, function).OrElse(cfn.NewMap()),
		Tags:               newTags(job.Tags),
		LogRetentionInDays: job.LogRetentionInDays.OrElse(cfn.NewInt(DefaultLogRetentionInDays)),
	}
	if keys.DefaultStep == nil {
		return
	}
	at = path.Key("DefaultStep")
	name, ok := d.text(at, "DefaultStep", keys.DefaultStep)
	if ok && d.knownStep(at, name, d.stepNames(j)) {
		j.Generate.DefaultStep = name
	}
}

// stepNames returns the names in the template, including those of invalid steps.
func (d *decoder) stepNames(j *Job) []string {
	return d.template.Find(j.Path.Key("Properties", "Steps")).Keys()
}
