package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"iter"
)

// records reads JSON values: the elements of an array, or values one after
// another, such as lines. It holds one of them in memory at a time. What comes
// before an error stands.
func records(r io.Reader) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		buffered := bufio.NewReader(r)
		array := startsArray(buffered)
		decoder := json.NewDecoder(buffered)
		if array {
			decoder.Token() // the bracket that was seen
		}
		for decoder.More() {
			var record json.RawMessage
			err := decoder.Decode(&record)
			if !yield(record, err) || err != nil {
				return
			}
		}
		if err := end(decoder, array); err != nil {
			yield(nil, err)
		}
	}
}

// startsArray leaves the reader at the first byte that is no white space.
func startsArray(r *bufio.Reader) bool {
	for {
		switch c, err := r.ReadByte(); {
		case err != nil:
			return false
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			return r.UnreadByte() == nil && c == '['
		}
	}
}

// errMore is an array that is not all.
var errMore = errors.New("there is more after the array")

// end makes sure that everything was read: More is false too at a bracket that
// closes nothing, where an array breaks off, and where reading fails.
func end(decoder *json.Decoder, array bool) error {
	if array {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
	}
	switch _, err := decoder.Token(); {
	case err == nil:
		return errMore
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// malformed tells a fault of the text from one in reading it. A text that breaks
// off may be either, and counts as the latter.
func malformed(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax) || errors.Is(err, errMore)
}
