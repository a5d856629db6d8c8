// Package sqserr holds the errors of Amazon SQS: their codes, and their form on
// the wire. It does not decide when a request is refused; packages queue,
// api and protocol do. Start reading at [Error].
package sqserr

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is a refusal in SQS's own terms.
type Error struct {
	// Code is the error's name in the JSON protocol, such as QueueDoesNotExist:
	// one of this package's constants.
	Code string
	// Message is for a person.
	Message string
}

// Error is the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// New returns an error whose message is formatted as by fmt.Sprintf.
func New(code, format string, args ...any) *Error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// Missing is the error about a required parameter that a request lacks.
func Missing(parameter string) *Error {
	return New(MissingRequiredParameter, "The request must contain the parameter %s.", parameter)
}

// OutOfRange is the error about a number that a parameter cannot have.
func OutOfRange(value int, parameter, reason string) *Error {
	return New(InvalidParameterValue, "Value %d for parameter %s is invalid. Reason: %s", value, parameter, reason)
}

// Of returns an error as one of SQS's: itself, the first one that it wraps, or an
// InternalFailure.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(InternalFailure, "%v", err)
}

// The codes that the local SQS uses. Some are shapes of SQS's model, the others
// come from the framework that all AWS services share.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
const (
	AccessDenied                 = "AccessDeniedException"
	BatchEntryIDsNotDistinct     = "BatchEntryIdsNotDistinct"
	BatchRequestTooLong          = "BatchRequestTooLong"
	EmptyBatchRequest            = "EmptyBatchRequest"
	InternalFailure              = "InternalFailure"
	InvalidAddress               = "InvalidAddress"
	InvalidAttributeName         = "InvalidAttributeName"
	InvalidAttributeValue        = "InvalidAttributeValue"
	InvalidBatchEntryID          = "InvalidBatchEntryId"
	InvalidMessageContents       = "InvalidMessageContents"
	InvalidParameterValue        = "InvalidParameterValueException"
	MalformedQueryString         = "MalformedQueryString"
	MissingAction                = "MissingAction"
	MissingRequiredParameter     = "MissingRequiredParameterException"
	OverLimit                    = "OverLimit"
	PurgeQueueInProgress         = "PurgeQueueInProgress"
	QueueDeletedRecently         = "QueueDeletedRecently"
	QueueDoesNotExist            = "QueueDoesNotExist"
	QueueNameExists              = "QueueNameExists"
	ReceiptHandleIsInvalid       = "ReceiptHandleIsInvalid"
	RequestEntityTooLarge        = "RequestEntityTooLarge"
	ResourceNotFound             = "ResourceNotFoundException"
	Serialization                = "SerializationException"
	ServiceUnavailable           = "ServiceUnavailable"
	TooManyEntriesInBatchRequest = "TooManyEntriesInBatchRequest"
	UnknownOperation             = "UnknownOperationException"
	UnsupportedOperation         = "UnsupportedOperation"
)

// shape is how an error looks on the wire.
type shape struct {
	namespace string // of its type in the JSON protocol
	query     string // its name in the Query protocol
	status    int    // of the HTTP response
}

const (
	modeled = "com.amazonaws.sqs#"
	common  = "com.amazon.coral.service#"
	prefix  = "AWS.SimpleQueueService."
)

// shapes are the codes that differ from a modeled one with status 400 and the
// same name in the Query protocol.
var shapes = map[string]shape{
	AccessDenied:                 {common, "AccessDenied", http.StatusForbidden},
	BatchEntryIDsNotDistinct:     {modeled, prefix + BatchEntryIDsNotDistinct, 400},
	BatchRequestTooLong:          {modeled, prefix + BatchRequestTooLong, 400},
	EmptyBatchRequest:            {modeled, prefix + EmptyBatchRequest, 400},
	InternalFailure:              {common, InternalFailure, http.StatusInternalServerError},
	InvalidAddress:               {modeled, InvalidAddress, 404},
	InvalidBatchEntryID:          {modeled, prefix + InvalidBatchEntryID, 400},
	InvalidParameterValue:        {common, "InvalidParameterValue", 400},
	MalformedQueryString:         {common, MalformedQueryString, 404},
	MissingAction:                {common, MissingAction, 400},
	MissingRequiredParameter:     {common, "MissingParameter", 400},
	OverLimit:                    {modeled, OverLimit, 403},
	PurgeQueueInProgress:         {modeled, prefix + PurgeQueueInProgress, 403},
	QueueDeletedRecently:         {modeled, prefix + QueueDeletedRecently, 400},
	QueueDoesNotExist:            {modeled, prefix + "NonExistentQueue", 400},
	QueueNameExists:              {modeled, "QueueAlreadyExists", 400},
	ReceiptHandleIsInvalid:       {modeled, ReceiptHandleIsInvalid, 404},
	RequestEntityTooLarge:        {common, RequestEntityTooLarge, http.StatusRequestEntityTooLarge},
	ResourceNotFound:             {modeled, ResourceNotFound, 404},
	Serialization:                {common, "MalformedInput", 400},
	ServiceUnavailable:           {common, ServiceUnavailable, http.StatusServiceUnavailable},
	TooManyEntriesInBatchRequest: {modeled, prefix + TooManyEntriesInBatchRequest, 400},
	UnknownOperation:             {common, "InvalidAction", 400},
	UnsupportedOperation:         {modeled, prefix + UnsupportedOperation, 400},
}

func (e *Error) shape() shape {
	if s, ok := shapes[e.Code]; ok {
		return s
	}
	return shape{modeled, e.Code, 400}
}

// Type is the code with its namespace, as the JSON protocol's __type has it.
func (e *Error) Type() string { return e.shape().namespace + e.Code }

// QueryCode is the code in the Query protocol, which SDKs show as the error's
// code in either protocol.
func (e *Error) QueryCode() string { return e.shape().query }

// Status is the status of the HTTP response.
func (e *Error) Status() int { return e.shape().status }

// SenderFault reports whether the request is to blame, and not the service.
func (e *Error) SenderFault() bool { return e.Status() < 500 }

// Fault is who is to blame, as the Query protocol names it: Sender or Receiver.
func (e *Error) Fault() string {
	if e.SenderFault() {
		return "Sender"
	}
	return "Receiver"
}
