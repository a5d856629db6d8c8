package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"iter"
)

// records reads JSON values: the elements of an array, or a sequence of values, such as
// lines. It keeps only one of them in memory. Values before an error are valid.
func records(r io.Reader) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		buffered := bufio.NewReader(r)
		array := startsArray(buffered)
		decoder := json.NewDecoder(buffered)
		if array {
			decoder.Token() // the opening bracket
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

// startsArray reports whether the input is an array. It consumes white space only.
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

// errMore is the error of input after the end of the array.
var errMore = errors.New("there is more after the array")

// end checks that everything was read. More also returns false at an unexpected closing
// bracket, at the end of an incomplete array, and after a read error.
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

// malformed reports whether an error is about the JSON, rather than about reading it. An
// unexpected end may have either cause, and counts as a read error.
func malformed(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax) || errors.Is(err, errMore)
}
