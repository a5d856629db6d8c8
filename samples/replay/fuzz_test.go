package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
)

// FuzzRecords compares records with the result of encoding/json for the entire input.
func FuzzRecords(f *testing.F) {
	for _, seed := range []string{"", "[]", "[1, {}]", "1\n2", "[1", "1]", "[1]]", "[,]", "[1 2]", "{}[]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got []json.RawMessage
		var failed error
		for record, err := range records(bytes.NewReader(text)) {
			if err != nil {
				failed = err
				break
			}
			got = append(got, record)
		}
		want, err := readAll(text)
		if (failed == nil) != (err == nil) {
			t.Fatalf("%q: %v, want %v", text, failed, err)
		}
		if err != nil {
			return
		}
		if len(got) != len(want) {
			t.Fatalf("%q: got %q, want %q", text, got, want)
		}
		for i := range got {
			if !bytes.Equal(got[i], want[i]) {
				t.Errorf("%q: got %q, want %q", text, got, want)
			}
		}
	})
}

// readAll decodes the entire input in memory.
func readAll(text []byte) (values []json.RawMessage, err error) {
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("[")) {
		return values, json.Unmarshal(text, &values)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
			return values, nil
		} else if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
}
