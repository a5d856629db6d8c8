package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// delivery follows items that are sent together, and waits for all of them.
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

// doomed never gives anything up: what is sent of a list stays sent.
func (d *delivery) doomed() bool { return false }

// mostReasons bounds the items that an error lists.
const mostReasons = 20

// wait waits for all items and returns their IDs, nil for one that was not sent.
// The error says why those were not.
func (d *delivery) wait(ctx context.Context) ([]*string, error) {
	select {
	case <-d.idle:
	case <-ctx.Done():
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var text strings.Builder
	lost := 0
	for i, id := range d.ids {
		if id != nil {
			continue
		}
		if lost++; lost <= mostReasons {
			err := d.errs[i]
			if err == nil {
				err = errUnconfirmed
			}
			fmt.Fprintf(&text, "\nitem %d: %v", i, err)
		}
	}
	if lost > mostReasons {
		fmt.Fprintf(&text, "\nand %d more", lost-mostReasons)
	}
	ids := slices.Clone(d.ids) // what comes from now on is too late
	if lost == 0 {
		return ids, nil
	}
	return ids, fmt.Errorf("%w: %d of %d items were sent, and must not be sent again; not sent:%s", ErrNotSent, len(ids)-lost, len(ids), text.String())
}
