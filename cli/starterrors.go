package cli

import (
	"errors"
	"strings"

	"github.com/serverless-star/starjob/local"
)

// mergeStartErrors reports an error once that several functions failed to start
// with: they mostly run the same program.
func mergeStartErrors(err error) error {
	all := unjoin(err)
	if len(all) == 1 {
		return all[0]
	}
	var messages []string // without the function's name
	functions := map[string][]string{}
	for _, err := range all {
		message := err.Error()
		var start *local.StartError
		if errors.As(err, &start) {
			message = strings.TrimPrefix(message, "function "+start.Function)
		}
		if functions[message] == nil {
			messages = append(messages, message)
		}
		if start != nil {
			functions[message] = append(functions[message], start.Function)
		}
	}
	for i, message := range messages {
		switch names := functions[message]; {
		case len(names) == 1:
			messages[i] = "function " + names[0] + message
		case len(names) > 1:
			messages[i] = "functions " + strings.Join(names, ", ") + message
		}
	}
	return errors.New(strings.Join(messages, "\n"))
}

// unjoin returns the errors that were joined, at any depth.
func unjoin(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, err := range joined.Unwrap() {
		all = append(all, unjoin(err)...)
	}
	return all
}
