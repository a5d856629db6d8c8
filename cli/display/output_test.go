package display

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// TestOutputAbandonsAReaderThatIsStuck, and only after it has been told to.
func TestOutputAbandonsAReaderThatIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		interrupted := errors.New("interrupted")
		ctx, interrupt := context.WithCancelCause(t.Context())
		to := make(blockedWriter)
		defer close(to)
		out := &output{to: to, abandon: ctx}
		result := make(chan error, 1)
		go func() {
			_, err := out.Write([]byte("a"))
			result <- err
		}()
		time.Sleep(time.Hour)
		select {
		case err := <-result:
			t.Fatalf("abandoned too early: %v", err)
		default:
		}
		interrupt(interrupted)
		if err := <-result; err != interrupted {
			t.Errorf("got %v", err)
		}
		if _, err := out.Write([]byte("b")); err != interrupted {
			t.Errorf("a later write: %v", err)
		}
	})
}

func TestOutputReportsAReaderThatIsGone(t *testing.T) {
	t.Parallel()
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	gone := false
	out := &output{to: to, abandon: t.Context(), readerGone: func() { gone = true }}
	if n, err := out.Write([]byte("a")); n != 1 || err != nil || gone {
		t.Errorf("%d, %v, %t", n, err, gone)
	}
	from.Close()
	if _, err := out.Write([]byte("b")); err == nil || !gone {
		t.Errorf("%v, %t", err, gone)
	}
}
