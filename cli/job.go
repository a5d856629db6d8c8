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

	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/expand"
)

// job finds the job to work with: the one that is asked for, or the only one.
func (l *template) job(id string) (expand.Job, error) {
	var ids []string
	for _, job := range l.expanded.Jobs {
		if job.LogicalID == id || id == "" && len(l.expanded.Jobs) == 1 {
			return job, nil
		}
		ids = append(ids, job.LogicalID)
	}
	switch {
	case len(ids) == 0:
		return expand.Job{}, errors.New(l.name + " has no resource of type Star::Job; with --keep, star run stands up what feeds a function from a queue all the same")
	case id == "":
		return expand.Job{}, fmt.Errorf("%s has %s: choose one with --job (%s)", l.name, count(len(ids), "job"), strings.Join(ids, ", "))
	}
	return expand.Job{}, errors.New("there is no job " + id + didYouMean(id, ids))
}

// stepOf finds the step to kick off: the one that is asked for, the job's
// default, or its first.
func stepOf(job expand.Job, name string) (expand.Step, error) {
	var names []string
	name = cmp.Or(name, job.DefaultStep, job.Steps[0].Name)
	for _, step := range job.Steps {
		if step.Name == name {
			return step, nil
		}
		names = append(names, step.Name)
	}
	return expand.Step{}, errors.New("the job " + job.LogicalID + " has no step " + name + didYouMean(name, names))
}

// didYouMean lists what there is, and first what is most like word.
func didYouMean(word string, candidates []string) string {
	text := " (there is " + strings.Join(candidates, ", ") + ")"
	if s := diag.Suggest(word, candidates); s != "" {
		text = "; did you mean " + s + "?" + text
	}
	return text
}

// data reads an item's data from the command line, where it is called what: JSON,
// the file behind an @, or - for standard input. Without any it is null, which
// every type can be decoded from.
func (t *terminal) data(given, what string) (json.RawMessage, error) {
	text, from, quote := []byte(given), what, ""
	var err error
	switch {
	case given == "":
		return json.RawMessage("null"), nil
	case given == "-":
		from = "standard input"
		text, err = io.ReadAll(t.stdin)
	case given[0] == '@':
		from = given[1:]
		text, err = os.ReadFile(from)
	case given[0] != '{' && given[0] != '[':
		quote = `; a text needs quotes of its own, as in '"text"'`
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if !utf8.Valid(text) {
		return nil, errors.New(from + " is not UTF-8, as JSON must be")
	}
	text = bytes.TrimRight(text, " \t\r\n")
	var data json.RawMessage
	if err := json.Unmarshal(text, &data); err != nil {
		return nil, fmt.Errorf("%s is not JSON: %w%s%s", from, err, placeOf(err, text), quote)
	}
	var compact bytes.Buffer
	err = json.Compact(&compact, data)
	return compact.Bytes(), err
}

// placeOf tells where a text stops being JSON.
func placeOf(err error, text []byte) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || len(text) == 0 {
		return ""
	}
	before := text[:min(int(syntax.Offset), len(text))] // the last byte is the wrong one
	return fmt.Sprintf(" (line %d, column %d)", 1+bytes.Count(before, []byte("\n")), len(before)-1-bytes.LastIndexByte(before, '\n'))
}
