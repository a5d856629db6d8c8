package sqs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// Error is an error that SQS answered with. One that is neither Permanent nor
// about the Queue may be gone at the next attempt; so may any other error.
type Error struct {
	Code, Message string
	Permanent     bool // the same message will never be accepted
	Queue         bool // no message will be accepted by this queue
	Throttled     bool // fewer calls would be accepted
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

// IsAboutQueue reports whether the queue accepts no message at all, because it is
// missing or not accessible.
func IsAboutQueue(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Queue
}

// IsThrottled reports whether SQS, or KMS behind it, asked for fewer calls.
func IsThrottled(err error) bool {
	if err == nil { // as for most messages
		return false
	}
	var e *Error
	return errors.As(err, &e) && e.Throttled
}

// classify makes an [Error] of an error that SQS answered with. All others,
// such as a connection that was cut or an answer that cannot be read, stay as
// they are: the call may succeed next time.
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

// entryError is why one message of a batch was refused.
func entryError(code, message string, senderFault bool) error {
	err := newError(code, message)
	err.Permanent = err.Permanent || senderFault && !err.Throttled
	return err
}

// Codes of SQS that do not go away. A code that is in neither list is tried
// again until the deadline.
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
