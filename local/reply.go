package local

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// allSucceeded is what a function answers almost always.
var allSucceeded = []byte(`{"batchItemFailures":[]}`)

// failures reads a function's reply to a batch and returns the IDs of the
// messages that failed. An error means that the whole batch counts as failed.
// Lambda forgives an empty or null reply and a missing or null list; anything
// it cannot understand fails the batch. A reply that is neither an object nor
// null is not covered by Lambda's documentation, and fails the batch too, as
// that loses nothing.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func failures(reply []byte, inBatch func(id string) bool) ([]string, error) {
	reply = bytes.TrimSpace(reply)
	if len(reply) == 0 || bytes.Equal(reply, allSucceeded) || bytes.Equal(reply, []byte("null")) {
		return nil, nil
	}
	// Maps, as keys count by case: a "BatchItemFailures" is no list of failures.
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(reply, &fields); err != nil {
		return nil, fmt.Errorf("the reply is no JSON object: %s", clip(reply))
	}
	var items []map[string]json.RawMessage
	if list, ok := fields["batchItemFailures"]; ok {
		if err := json.Unmarshal(list, &items); err != nil {
			return nil, fmt.Errorf("batchItemFailures is no list of objects: %s", clip(reply))
		}
	}
	failed := make([]string, 0, len(items))
	for _, item := range items {
		var id string
		if err := json.Unmarshal(item["itemIdentifier"], &id); err != nil || id == "" {
			return nil, fmt.Errorf("batchItemFailures has an item without itemIdentifier: %s", clip(reply))
		}
		if !inBatch(id) {
			return nil, fmt.Errorf("batchItemFailures names %q, which is not in the batch", id)
		}
		failed = append(failed, id)
	}
	return failed, nil
}

// clip shortens a text for a message.
func clip(text []byte) string {
	const most = 200
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
