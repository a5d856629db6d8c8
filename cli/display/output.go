package display

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync/atomic"
	"syscall"
	"time"
)

// output writes to a reader that may be gone or stuck. A reader that is gone is
// reported; one that doesn't read cannot block whoever writes for more than
// writeGrace once abandon is done.
type output struct {
	to         io.Writer
	abandon    context.Context
	readerGone func()
	abandoned  atomic.Bool // nothing is written anymore
}

// writeGrace is long enough for any reader that reads at all.
const writeGrace = time.Second

// Write writes b, unless the output has been abandoned.
func (o *output) Write(b []byte) (int, error) {
	if o.abandoned.Load() {
		return 0, context.Cause(o.abandon)
	}
	written := make(chan error, 1)
	data := bytes.Clone(b) // the goroutine may outlive this call
	go func() {
		_, err := o.to.Write(data)
		written <- err
	}()
	var err error
	select {
	case err = <-written:
	case <-o.abandon.Done():
		select {
		case err = <-written:
		case <-time.After(writeGrace):
			o.abandoned.Store(true)
			return 0, context.Cause(o.abandon)
		}
	}
	if errors.Is(err, syscall.EPIPE) {
		o.readerGone()
	}
	if err != nil {
		return 0, err
	}
	return len(b), nil
}
