package display

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
)

// blockedWriter writes nothing until it is closed.
type blockedWriter chan struct{}

func (s blockedWriter) Write(b []byte) (int, error) {
	<-s
	return len(b), nil
}

// TestStuckTerminalBlocksLogs: otherwise the functions' output would fill the
// memory.
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
