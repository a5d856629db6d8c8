package queue

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is a refusal in SQS's own terms.
type Error struct {
	// Code is the error's name in the JSON protocol, such as QueueDoesNotExist.
	Code string
	// Message says what is wrong.
	Message string
}

// Error is the code and the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func refuse(code, format string, args ...any) *Error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// refusalOf is an error as a refusal.
func refusalOf(err error) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return refuse(codeInternal, "%v", err)
}

// The codes that are used here. Some are shapes of SQS's model, the others come
// from the framework that all AWS services share.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
const (
	codeAccessDenied     = "AccessDeniedException"
	codeBatchIDs         = "BatchEntryIdsNotDistinct"
	codeBatchTooLong     = "BatchRequestTooLong"
	codeClosed           = "ServiceUnavailable"
	codeDeletedRecently  = "QueueDeletedRecently"
	codeEmptyBatch       = "EmptyBatchRequest"
	codeInternal         = "InternalFailure"
	codeInvalidAddress   = "InvalidAddress"
	codeAttributeName    = "InvalidAttributeName"
	codeAttributeValue   = "InvalidAttributeValue"
	codeBatchID          = "InvalidBatchEntryId"
	codeContents         = "InvalidMessageContents"
	codeInvalidParameter = "InvalidParameterValueException"
	codeMalformedQuery   = "MalformedQueryString"
	codeMissingAction    = "MissingAction"
	codeMissingParameter = "MissingRequiredParameterException"
	codeNoQueue          = "QueueDoesNotExist"
	codeNotFound         = "ResourceNotFoundException"
	codeOverLimit        = "OverLimit"
	codePurging          = "PurgeQueueInProgress"
	codeQueueExists      = "QueueNameExists"
	codeReceiptHandle    = "ReceiptHandleIsInvalid"
	codeSerialization    = "SerializationException"
	codeTooLarge         = "RequestEntityTooLarge"
	codeTooMany          = "TooManyEntriesInBatchRequest"
	codeUnknownAction    = "UnknownOperationException"
	codeUnsupported      = "UnsupportedOperation"
)

// shape is how an error looks on the wire: its JSON type and its name in the
// Query protocol, which SDKs show as the error's code.
type shape struct {
	namespace string
	query     string
	status    int
}

const (
	modelled = "com.amazonaws.sqs#"
	common   = "com.amazon.coral.service#"
	prefix   = "AWS.SimpleQueueService."
)

// shapes are the codes that differ from a modelled one with status 400 and the
// same name in the Query protocol.
var shapes = map[string]shape{
	codeAccessDenied:     {common, "AccessDenied", http.StatusForbidden},
	codeBatchIDs:         {modelled, prefix + codeBatchIDs, 400},
	codeBatchTooLong:     {modelled, prefix + codeBatchTooLong, 400},
	codeClosed:           {common, codeClosed, http.StatusServiceUnavailable},
	codeDeletedRecently:  {modelled, prefix + codeDeletedRecently, 400},
	codeEmptyBatch:       {modelled, prefix + codeEmptyBatch, 400},
	codeInternal:         {common, codeInternal, http.StatusInternalServerError},
	codeInvalidAddress:   {modelled, codeInvalidAddress, 404},
	codeBatchID:          {modelled, prefix + codeBatchID, 400},
	codeInvalidParameter: {common, "InvalidParameterValue", 400},
	codeMalformedQuery:   {common, codeMalformedQuery, 404},
	codeMissingAction:    {common, codeMissingAction, 400},
	codeMissingParameter: {common, "MissingParameter", 400},
	codeNoQueue:          {modelled, prefix + "NonExistentQueue", 400},
	codeNotFound:         {modelled, codeNotFound, 404},
	codeOverLimit:        {modelled, codeOverLimit, 403},
	codePurging:          {modelled, prefix + codePurging, 403},
	codeQueueExists:      {modelled, "QueueAlreadyExists", 400},
	codeReceiptHandle:    {modelled, codeReceiptHandle, 404},
	codeSerialization:    {common, "MalformedInput", 400},
	codeTooLarge:         {common, codeTooLarge, http.StatusRequestEntityTooLarge},
	codeTooMany:          {modelled, prefix + codeTooMany, 400},
	codeUnknownAction:    {common, "InvalidAction", 400},
	codeUnsupported:      {modelled, prefix + codeUnsupported, 400},
}

func (e *Error) shape() shape {
	if s, ok := shapes[e.Code]; ok {
		return s
	}
	return shape{modelled, e.Code, 400}
}

// fault tells whose fault an error is, as the Query protocol names it.
func (s shape) fault() string {
	if s.status >= 500 {
		return "Receiver"
	}
	return "Sender"
}
