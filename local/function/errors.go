package function

import (
	"encoding/json"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"syscall"

	"github.com/serverless-star/starjob/local/sandbox"
)

// Error is a failure of a function: of an invocation that had a result.
type Error struct {
	Function string // its logical ID
	Type     string // as in Runtime.ExitError; may be empty
	Message  string
}

// Error names the function and its error.
func (e *Error) Error() string { return e.Function + ": " + e.Message }

// reason is the body of a function error.
type reason struct{ ErrorType, ErrorMessage string }

// reasonOf returns the reason of a function error.
func reasonOf(result sandbox.Result) reason {
	var r reason
	if json.Unmarshal(result.Payload, &r) != nil || r.ErrorMessage == "" {
		r.ErrorMessage = clip(result.Payload)
	}
	return r
}

// StartError means that a function's process could not be started, or exited or
// timed out before it requested its first event.
type StartError struct {
	Function string // its logical ID
	Message  string
	Log      string // the last lines of the process's output
}

func (f *Function) startError(message string) *StartError {
	return &StartError{Function: f.Plan.ID, Message: forRequest.ReplaceAllString(message, ""), Log: f.tail.text()}
}

// forRequest matches the part of a message that names an invocation, which does
// not help a person.
var forRequest = regexp.MustCompile(`^RequestId: \S+ Error: `)

// Error names the function and shows the end of its log.
func (e *StartError) Error() string {
	message := fmt.Sprintf("function %s failed to start: %s", e.Function, e.Message)
	if strings.HasSuffix(e.Message, syscall.ENOEXEC.Error()) {
		message += fmt.Sprintf("; the program is built for another platform than %s/%s; set CodeUri to its source, or build it for this platform", runtime.GOOS, runtime.GOARCH)
	}
	if log := strings.TrimSpace(strings.TrimSuffix(e.Log, e.Message)); log != "" {
		message += "\n  " + strings.ReplaceAll(log, "\n", "\n  ")
	}
	return message
}

// clip shortens what a message quotes.
func clip(quoted []byte) string {
	const maxBytes = 200
	if len(quoted) > maxBytes {
		return string(quoted[:maxBytes]) + "…"
	}
	return string(quoted)
}
