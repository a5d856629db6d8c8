package mapping

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// allSucceeded is the answer that functions give most often.
var allSucceeded = []byte(`{"batchItemFailures":[]}`)

// failures reads a function's reply to a batch and returns the IDs of the
// messages that failed. An error means that the entire batch counts as failed.
// Lambda accepts an empty or null reply and a missing or null list; anything that
// it cannot understand fails the batch. Lambda's documentation does not cover
// replies that are neither an object nor null. They fail the batch too, which
// loses nothing.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func failures(reply []byte, inBatch func(id string) bool) ([]string, error) {
	reply = bytes.TrimSpace(reply)
	if len(reply) == 0 || bytes.Equal(reply, allSucceeded) || bytes.Equal(reply, []byte("null")) {
		return nil, nil
	}
	// Maps, because keys are case-sensitive: "BatchItemFailures" is another key.
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(reply, &fields); err != nil {
		return nil, fmt.Errorf("the reply is not a JSON object: %s", clip(reply))
	}
	var items []map[string]json.RawMessage
	if list, ok := fields["batchItemFailures"]; ok {
		if err := json.Unmarshal(list, &items); err != nil {
			return nil, fmt.Errorf("batchItemFailures is not a list of objects: %s", clip(reply))
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

// clip shortens what a message quotes.
func clip(quoted []byte) string {
	const maxBytes = 200
	if len(quoted) > maxBytes {
		return string(quoted[:maxBytes]) + "…"
	}
	return string(quoted)
}
