package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/macro/expand"
)

// firstItem is the item that a run starts with. It is zero if there is no job: then
// other programs send the first item.
type firstItem struct {
	job  expand.Job
	step expand.Step
	data []byte
}

// findJob finds the job to work with: the one with the given logical ID or, if
// that is empty, the only one.
func findJob(t *template, id string) (expand.Job, error) {
	var ids []string
	for _, job := range t.expanded.Jobs {
		if job.LogicalID == id || id == "" && len(t.expanded.Jobs) == 1 {
			return job, nil
		}
		ids = append(ids, job.LogicalID)
	}
	switch {
	case len(ids) == 0:
		return expand.Job{}, errors.New(t.name + " has no Star::Job resource; to run its queues and functions, use star run --keep")
	case id == "":
		return expand.Job{}, fmt.Errorf("%s has %s; choose one with --job (available: %s)", t.name, display.Count(len(ids), "job"), strings.Join(ids, ", "))
	}
	return expand.Job{}, errors.New("unknown job " + id + didYouMean(id, ids))
}

// findStep finds the step to start with: the one with the given name or, if that is
// empty, the job's default, or its first.
func findStep(job expand.Job, name string) (expand.Step, error) {
	name = cmp.Or(name, job.DefaultStep, job.Steps[0].Name)
	return stepNamed(name, job.Steps, "job "+job.LogicalID+" has no step ")
}

// stepNamed returns the step with a name. If there is none, the error begins with
// missing and the name, and lists the steps.
func stepNamed(name string, steps []expand.Step, missing string) (expand.Step, error) {
	var names []string
	for _, step := range steps {
		if step.Name == name {
			return step, nil
		}
		names = append(names, step.Name)
	}
	return expand.Step{}, errors.New(missing + name + didYouMean(name, names))
}

// functionNames maps the logical IDs of a job's functions to names for people.
func functionNames(job expand.Job) map[string]string {
	names := map[string]string{job.GenerateFunction: "generate"}
	for _, step := range job.Steps {
		names[step.Function] = step.Name
	}
	return names
}

// functionName is the name of a function, or its logical ID if it has none.
func functionName(names map[string]string, function string) string {
	if name, ok := names[function]; ok {
		return name
	}
	return function
}

// readData reads an item's data from an argument or flag; what is its name in errors. It
// is JSON, a file's name after @, or - for standard input. Without any, the data is
// null, which can be decoded into every type.
func readData(std *stdio, given, what string) (json.RawMessage, error) {
	data, source, hint := []byte(given), what, ""
	var err error
	switch {
	case given == "":
		return json.RawMessage("null"), nil
	case given == "-":
		source = "standard input"
		data, err = io.ReadAll(std.in)
	case given[0] == '@':
		source = given[1:]
		data, err = os.ReadFile(source)
	case given[0] != '{' && given[0] != '[':
		hint = `; a JSON string needs its own quotes, as in '"text"'`
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if !utf8.Valid(data) {
		return nil, errors.New(source + " is not UTF-8, which JSON requires")
	}
	data = bytes.TrimRight(data, " \t\r\n")
	var value json.RawMessage
	if err := json.Unmarshal(data, &value); err != nil {
		return nil, fmt.Errorf("%s is not JSON: %w%s%s", source, err, placeOf(err, data), hint)
	}
	var compact bytes.Buffer
	err = json.Compact(&compact, value)
	return compact.Bytes(), err
}

// placeOf returns where data is not valid JSON, if the error has the offset.
func placeOf(err error, data []byte) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || len(data) == 0 {
		return ""
	}
	before := data[:min(int(syntax.Offset), len(data))] // its last byte is the wrong one
	return fmt.Sprintf(" (line %d, column %d)", 1+bytes.Count(before, []byte("\n")), len(before)-1-bytes.LastIndexByte(before, '\n'))
}
