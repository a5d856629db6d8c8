package cli

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

// maxDeadLetters bounds how many dead letters of a queue are read.
const maxDeadLetters = 1000

// deadLettersOf groups the messages of the dead-letter queues by error, in the order
// of the steps and then by size.
func deadLettersOf(steps []expand.Step, stack *local.Stack) []display.DeadLetters {
	var groups []display.DeadLetters
	for _, step := range steps {
		if step.DeadLetterQueue != "" {
			snapshot := stack.Snapshot()
			deadLetters := stack.Peek(step.DeadLetterQueue, maxDeadLetters)
			queueURL, lastError := snapshot.Queues[step.DeadLetterQueue].URL, snapshot.Functions[step.Function].LastError
			groups = append(groups, groupByError(deadLetters, step.Name, queueURL, lastError)...)
		}
	}
	return groups
}

// variableWords matches the words that differ between occurrences of one error,
// such as request IDs, keys and offsets: those that contain a digit.
var variableWords = regexp.MustCompile(`[\pL\pN_./:-]*\pN[\pL\pN_./:-]*`)

// withoutVariables returns the part that all occurrences of an error share.
func withoutVariables(reason string) string { return variableWords.ReplaceAllString(reason, "…") }

func groupByError(deadLetters []local.DeadLetter, step, queueURL, lastError string) []display.DeadLetters {
	var groups []display.DeadLetters
	indexes := map[string]int{}
	for _, deadLetter := range deadLetters {
		reason := reasonOf(deadLetter, lastError)
		key := withoutVariables(reason)
		i, ok := indexes[key]
		if !ok {
			i = len(groups)
			indexes[key] = i
			groups = append(groups, display.DeadLetters{Step: step, Error: reason, Body: deadLetter.Body, QueueURL: queueURL})
		}
		groups[i].Count++
	}
	slices.SortStableFunc(groups, func(a, b display.DeadLetters) int { return cmp.Compare(b.Count, a.Count) })
	return groups
}

// reasonOf returns the error that the runtime attached to the item. If the entire
// invocation failed, SQS moved the message without an error. Then the function's last
// error is the best guess.
func reasonOf(deadLetter local.DeadLetter, lastError string) string {
	if message := deadLetter.Attributes[wire.AttributeError]; message != "" {
		return withType(deadLetter.Attributes[wire.AttributeErrorType], message)
	}
	if lastError != "" {
		return "received too many times; last error of the function: " + lastError
	}
	return fmt.Sprintf("received %d times without success", deadLetter.Received)
}

// withType prefixes an error's message with its type, as Node.js and Python do.
// Types of Go, which have a package, say little to people.
func withType(errorType, message string) string {
	if errorType == "" || strings.Contains(errorType, ".") || strings.HasPrefix(message, errorType) {
		return message
	}
	return errorType + ": " + message
}
