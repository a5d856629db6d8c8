package api

import "github.com/serverless-star/starjob/local/queue/sqserr"

// maxEntries bounds a batch.
const maxEntries = 10

// entryID names an entry within its batch.
type entryID struct{ Id string }

func (e entryID) entry() string { return e.Id }

// valid reports whether an entry's ID is well formed. It is read byte by byte, as
// this is done for each entry of every batch.
func (e entryID) valid() bool {
	for i := range len(e.Id) {
		switch c := e.Id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return 1 <= len(e.Id) && len(e.Id) <= 80
}

// checkEntries refuses an entire batch. kind names the entries in an error.
func checkEntries[E interface {
	entry() string
	valid() bool
}](entries []E, kind string) error {
	if len(entries) == 0 {
		return sqserr.New(sqserr.EmptyBatchRequest, "There should be at least one %s in the request.", kind)
	}
	if len(entries) > maxEntries {
		return sqserr.New(sqserr.TooManyEntriesInBatchRequest, "Maximum number of entries per request are %d. You have sent %d.", maxEntries, len(entries))
	}
	for i := range entries {
		id := entries[i].entry()
		if !entries[i].valid() {
			return sqserr.New(sqserr.InvalidBatchEntryID, "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		for j := range i { // a map would cost more for ten
			if entries[j].entry() == id {
				return sqserr.New(sqserr.BatchEntryIDsNotDistinct, "Id %s repeated.", id)
			}
		}
	}
	return nil
}

// succeeded is the result of an entry that succeeded: IDs, hashes and numbers, none
// of which needs escaping.
type succeeded interface{ append(b []byte) []byte }

// batchOutput is which entries succeeded, and why others did not. Both lists are
// always there.
type batchOutput[S succeeded] struct {
	Successful []S
	Failed     []failedEntry
}

type failedEntry struct {
	entryID
	SenderFault bool
	Code        string
	Message     string
}

func newBatchOutput[S succeeded](entries int) *batchOutput[S] {
	return &batchOutput[S]{make([]S, 0, entries), []failedEntry{}}
}

func (out *batchOutput[S]) fail(id string, err error) {
	e := sqserr.Of(err)
	out.Failed = append(out.Failed, failedEntry{entryID{id}, e.SenderFault(), e.QueryCode(), e.Message})
}
