package queue

import (
	"strings"
	"testing"
)

// FuzzHandle deletes with made-up handles: only the real one deletes.
func FuzzHandle(f *testing.F) {
	s := newService()
	q := create(f, s, "q", nil)
	send(f, q, "b")
	m := one(f, q)
	f.Add(m.ReceiptHandle)
	f.Add(m.ReceiptHandle + "=")
	f.Add(strings.Repeat("A", 32))
	f.Fuzz(func(t *testing.T, handle string) {
		if handle == m.ReceiptHandle {
			return
		}
		_ = q.Delete(handle)
		wantStats(t, q, 0, 1, 0)
	})
}
