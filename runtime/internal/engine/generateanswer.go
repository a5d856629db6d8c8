package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/serverless-star/starjob/runtime/internal/outbox"
)

// answer is the response of the generate function. It has the message IDs in the
// order of the invocations, with null for each that was not sent.
type answer struct {
	MessageIDs []*string `json:"messageIds"`
	Error      string    `json:"error,omitempty"`
}

// shown returns the answer as HTTP responses show it: an answer without message IDs
// omits the key.
func (a answer) shown() any {
	if a.MessageIDs == nil {
		return struct {
			Error string `json:"error"`
		}{a.Error}
	}
	return a
}

// delivery tracks items that are sent together, and waits for all of them.
type delivery struct {
	mu   sync.Mutex
	ids  []*string
	errs []error
	left int
	idle chan struct{}
}

func newDelivery(n int) *delivery {
	d := &delivery{ids: make([]*string, n), errs: make([]error, n), left: n, idle: make(chan struct{})}
	if n == 0 {
		close(d.idle)
	}
	return d
}

func (d *delivery) done(i int, id string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.errs[i] = err
	if err == nil {
		d.ids[i] = &id
	}
	d.left--
	if d.left == 0 {
		close(d.idle)
	}
}

// abandoned reports false for every item, because the items of a list are
// independent.
func (d *delivery) abandoned() bool { return false }

// maxReasons bounds the items that an error lists.
const maxReasons = 20

// wait waits for all items and returns their message IDs, nil for each that was not
// sent. The error gives the reason for each of those.
func (d *delivery) wait(ctx context.Context) ([]*string, error) {
	select {
	case <-d.idle:
	case <-ctx.Done():
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var reasons strings.Builder
	lost := 0
	for i, id := range d.ids {
		if id != nil {
			continue
		}
		if lost++; lost <= maxReasons {
			err := d.errs[i]
			if err == nil {
				err = outbox.ErrUnconfirmed
			}
			fmt.Fprintf(&reasons, "\nitem %d: %v", i, err)
		}
	}
	if lost > maxReasons {
		fmt.Fprintf(&reasons, "\nand %d more", lost-maxReasons)
	}
	ids := slices.Clone(d.ids) // later results no longer count
	if lost == 0 {
		return ids, nil
	}
	return ids, fmt.Errorf("%w: %d of %d items were sent; do not send those again; not sent:%s", ErrNotSent, len(ids)-lost, len(ids), reasons.String())
}
