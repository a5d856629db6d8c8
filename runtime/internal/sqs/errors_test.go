package sqs

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
)

func TestErrorsOfCallsAreClassified(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]Error{
		"com.amazonaws.sqs#QueueDoesNotExist": {Queue: true}, "AccessDeniedException": {Queue: true}, "KmsAccessDenied": {Queue: true},
		"InvalidMessageContents": {Permanent: true}, "BatchRequestTooLong": {Permanent: true},
		"RequestThrottled": {}, "OverLimit": {}, "InternalFailure": {}, "KmsThrottled": {}, "SomethingNew": {}, "ExpiredToken": {},
	} {
		calls := 0
		client := serve(t, true, func(_ string, w http.ResponseWriter, _ *http.Request) {
			calls++
			respond(w, 400, `{"__type":"`+code+`","message":"text"}`)
		})
		_, err := client.Send(t.Context(), sinkQueue, three())
		var got *Error
		if !errors.As(err, &got) || got.Permanent != want.Permanent || got.Queue != want.Queue || got.Message != "text" {
			t.Errorf("%s: %#v", code, err)
		}
		if calls != 1 {
			t.Errorf("%s: %d calls: the SDK retries by itself", code, calls)
		}
	}
}

// TestTooLargeIsPermanent: a proxy in front of SQS may refuse a call for its size, with any
// response body. The same call would be refused again.
func TestTooLargeIsPermanent(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"__type":"RequestTooLarge"}`, `{}`, `<html>413`, ``} {
		client := serve(t, true, func(_ string, w http.ResponseWriter, _ *http.Request) { respond(w, 413, body) })
		if _, err := client.Send(t.Context(), sinkQueue, three()); !IsPermanent(err) || IsAboutQueue(err) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestErrorsOfEntriesAreClassified(t *testing.T) {
	t.Parallel()
	client := serve(t, true, func(_ string, w http.ResponseWriter, _ *http.Request) {
		respond(w, 200, `{"Failed":[{"Id":"0","Code":"InvalidParameterValue","SenderFault":true,"Message":"text"},{"Id":"1","Code":"ThrottlingException","SenderFault":true},{"Id":"2","Code":"InternalError","SenderFault":false}]}`)
	})
	sent, err := client.Send(t.Context(), sinkQueue, three())
	if err != nil || !IsPermanent(sent[0].Err) || IsPermanent(sent[1].Err) || IsPermanent(sent[2].Err) || sent[0].Err.Error() != "InvalidParameterValue: text" {
		t.Errorf("%+v, %v", sent, err)
	}
}

// TestThrottlingIsRecognized: SQS has several responses for it.
func TestThrottlingIsRecognized(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		newError("RequestThrottled", ""), newError("ThrottlingException", ""), newError("OverLimit", ""),
		newError("KmsThrottled", ""), fmt.Errorf("%w", entryError("ThrottlingException", "", true)),
	} {
		if !IsThrottled(err) || IsPermanent(err) {
			t.Errorf("%v does not count as throttled", err)
		}
	}
	if IsThrottled(nil) || IsThrottled(newError("InternalError", "")) || IsThrottled(context.Canceled) {
		t.Error("other errors count as throttled")
	}
}
