package sqs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// Error is an error response of SQS. If it is neither Permanent nor about the Queue, the
// next attempt may succeed, as after any error of another type.
type Error struct {
	Code, Message string
	Permanent     bool // the same message will never be accepted
	Queue         bool // the queue will not accept any message
	Throttled     bool // SQS requests fewer calls
}

// Error returns SQS's code and message.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Code
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// IsPermanent reports whether sending the same message to the same queue again
// would fail again.
func IsPermanent(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Permanent || e.Queue)
}

// IsAboutQueue reports whether the queue does not accept any message, because it does
// not exist or is not accessible.
func IsAboutQueue(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Queue
}

// IsThrottled reports whether SQS, or KMS on its behalf, requests fewer calls.
func IsThrottled(err error) bool {
	if err == nil { // as for most messages
		return false
	}
	var e *Error
	return errors.As(err, &e) && e.Throttled
}

// classify converts an error response of SQS to an [Error]. Other errors, such as a
// broken connection or an invalid response, are returned unchanged: the next attempt
// may succeed.
func classify(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	return newError(api.ErrorCode(), api.ErrorMessage())
}

func newError(code, message string) *Error {
	return &Error{
		Code: code, Message: message, Permanent: has(permanent, code), Queue: has(aboutQueue, code),
		Throttled: strings.Contains(code, "Throttl") || strings.Contains(code, "OverLimit"),
	}
}

// entryError returns the error of one message of a batch.
func entryError(code, message string, senderFault bool) error {
	err := newError(code, message)
	err.Permanent = err.Permanent || senderFault && !err.Throttled
	return err
}

// Error codes of SQS that another attempt does not resolve. Messages with any other code
// are retried until the deadline.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
const (
	permanent = " InvalidMessageContents InvalidParameterValue InvalidParameterCombination MissingParameter " +
		"InvalidAttributeName InvalidAttributeValue BatchRequestTooLong InvalidBatchEntryId ValidationError ValidationException "
	aboutQueue = " QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue InvalidAddress AccessDenied AccessDeniedException " +
		"InvalidSecurity UnsupportedOperation AWS.SimpleQueueService.UnsupportedOperation InvalidClientTokenId " +
		"UnrecognizedClientException KmsAccessDenied KMS.AccessDeniedException KmsDisabled KMS.DisabledException " +
		"KmsNotFound KMS.NotFoundException KmsInvalidState KMS.InvalidStateException KmsInvalidKeyUsage KMS.InvalidKeyUsageException KmsOptInRequired KMS.OptInRequired "
)

func has(list, code string) bool {
	return code != "" && strings.Contains(list, " "+code[strings.LastIndexByte(code, '#')+1:]+" ")
}
