package cli

import (
	"errors"
	"strings"

	"github.com/serverless-star/starjob/local"
)

// together says once what keeps several functions from starting: they mostly run
// the same program.
func together(err error) error {
	all := leaves(err)
	if len(all) == 1 {
		return all[0]
	}
	var texts []string
	functions := map[string][]string{}
	for _, err := range all {
		text := err.Error()
		var start *local.StartError
		if errors.As(err, &start) {
			text = strings.TrimPrefix(text, "the function "+start.Function)
		}
		if functions[text] == nil {
			texts = append(texts, text)
		}
		if start != nil {
			functions[text] = append(functions[text], start.Function)
		}
	}
	for i, text := range texts {
		switch names := functions[text]; {
		case len(names) == 1:
			texts[i] = "the function " + names[0] + text
		case len(names) > 1:
			texts[i] = "the functions " + strings.Join(names, ", ") + strings.Replace(text, "does", "do", 1)
		}
	}
	return errors.New(strings.Join(texts, "\n"))
}

// leaves are the errors that were joined, however often.
func leaves(err error) []error {
	joined, several := err.(interface{ Unwrap() []error })
	if !several {
		return []error{err}
	}
	var all []error
	for _, err := range joined.Unwrap() {
		all = append(all, leaves(err)...)
	}
	return all
}
