package cli

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/serverless-star/starjob/local"
)

// standing is a writer that writes nothing until it is let.
type standing chan struct{}

func (s standing) Write(b []byte) (int, error) {
	<-s
	return len(b), nil
}

// TestATerminalThatStandsStillHoldsUpWhoPrints, so that what is printed does not
// fill the memory.
func TestATerminalThatStandsStillHoldsUpWhoPrints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := &terminal{stdout: standing(nil), stderr: standing(nil), env: func(string) string { return "" }}
		out := make(standing)
		d := newLive(term, os.Stdout, out, nil, term.results())
		d.started(endpoints{Order: []string{"work"}})
		const lines = 3 * mostBacklog >> 10
		printed := 0
		go func() {
			for range lines {
				d.log(local.Line{Function: "f", Text: strings.Repeat("x", 1<<10)})
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
