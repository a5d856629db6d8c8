package display

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// blockedWriter writes nothing until it is closed.
type blockedWriter chan struct{}

func (s blockedWriter) Write(b []byte) (int, error) {
	<-s
	return len(b), nil
}

// TestOutputAbandonsAReaderThatIsStuck only after the context is done.
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
	from, to := newPipe(t)
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

// TestStuckTerminalBlocksLogs: otherwise the functions' output would fill memory.
func TestStuckTerminalBlocksLogs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := make(blockedWriter)
		d := newLive(os.Stdout, out, false, &results{out: blockedWriter(nil)})
		d.Started(Endpoints{Order: []string{"work"}})
		const lines = 3 * maxBacklog >> 10
		printed := 0
		go func() {
			for range lines {
				d.Log(Line{Step: "f", Text: strings.Repeat("x", 1<<10)})
				printed++
			}
		}()
		synctest.Wait()
		if printed == 0 || printed > lines/2 {
			t.Errorf("%d lines of %d have been printed, and none was written", printed, lines)
		}
		close(out)
		d.stop()
		synctest.Wait()
		if printed != lines {
			t.Errorf("%d lines of %d have been printed in the end", printed, lines)
		}
	})
}
