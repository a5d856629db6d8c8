package queue

import (
	"errors"
	"regexp"
)

// maxEntries bounds a batch.
const maxEntries = 10

// entryID names an entry within its batch.
type entryID struct{ Id string }

func (e entryID) entry() string { return e.Id }

var entryIDs = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkEntries refuses a batch as a whole. kind names the entries in an error.
func checkEntries[E interface{ entry() string }](entries []E, kind string) error {
	if len(entries) == 0 {
		return refuse(codeEmptyBatch, "There should be at least one %s in the request.", kind)
	}
	if len(entries) > maxEntries {
		return refuse(codeTooMany, "Maximum number of entries per request are %d. You have sent %d.", maxEntries, len(entries))
	}
	seen := make(map[string]bool, len(entries))
	for _, e := range entries {
		id := e.entry()
		if !entryIDs.MatchString(id) {
			return refuse(codeBatchID, "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return refuse(codeBatchIDs, "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}

// batchOutput tells which entries succeeded, and why others did not. Both lists
// are there in any case.
type batchOutput[S any] struct {
	Successful []S
	Failed     []failedEntry
}

type failedEntry struct {
	entryID
	SenderFault bool
	Code        string
	Message     string
}

func newBatchOutput[S any]() *batchOutput[S] {
	return &batchOutput[S]{[]S{}, []failedEntry{}}
}

func (out *batchOutput[S]) fail(id string, err error) {
	var refusal *Error
	if !errors.As(err, &refusal) {
		refusal = refuse(codeInternal, "%v", err)
	}
	shape := refusal.shape()
	out.Failed = append(out.Failed, failedEntry{entryID{id}, shape.status < 500, shape.query, refusal.Message})
}
