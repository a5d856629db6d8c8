package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/serverless-star/starjob/local/sandbox"
)

// An apiError is how Lambda's API refuses a request, before a function sees it.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
type apiError struct {
	status        int
	kind, message string
	reason        string // of a throttle
}

func notFound(message string) *apiError {
	return &apiError{status: http.StatusNotFound, kind: "ResourceNotFoundException", message: message}
}

func invalidParameter(message string) *apiError {
	return &apiError{status: http.StatusBadRequest, kind: "InvalidParameterValueException", message: message}
}

func invalidContent(message string) *apiError {
	return &apiError{status: http.StatusBadRequest, kind: "InvalidRequestContentException", message: message}
}

func tooLarge(bytes int, kind string, maxBytes int) *apiError {
	return &apiError{
		status: http.StatusRequestEntityTooLarge, kind: "RequestTooLargeException",
		message: fmt.Sprintf("%d byte payload is too large for the %s invocation type (limit %d bytes)", bytes, kind, maxBytes),
	}
}

// failed is the error of an invocation that has no result.
func failed(err error) *apiError {
	if errors.Is(err, sandbox.ErrThrottled) {
		return &apiError{http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.", "ReservedFunctionConcurrentInvocationLimitExceeded"}
	}
	return &apiError{status: http.StatusInternalServerError, kind: "ServiceException", message: err.Error()}
}

// write writes the error. Some of Lambda's exceptions spell the field of the
// message differently.
func (e *apiError) write(w http.ResponseWriter) {
	fields := map[string]string{"Type": "User"}
	switch e.kind {
	case "ResourceNotFoundException", "RecursiveInvocationException":
		fields["Message"] = e.message
	case "ServiceException":
		fields["Type"], fields["Message"] = "Service", e.message
	default:
		fields["message"] = e.message
	}
	if e.reason != "" {
		fields["Reason"] = e.reason
	}
	w.Header().Set("X-Amzn-Errortype", e.kind)
	w.WriteHeader(e.status)
	_ = json.NewEncoder(w).Encode(fields) // fails if the client is gone
}
