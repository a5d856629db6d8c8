package cli

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

// TestFailedItemIsShownInFull: the runtime sends a dead letter as a new message, which
// nobody has received, so the attempts are those of the attribute.
func TestFailedItemIsShownInFull(t *testing.T) {
	t.Parallel()
	deadLetter := local.DeadLetter{ID: "4711", Body: `{"n": 1}`, Attributes: map[string]string{
		wire.AttributeAttempts: "5", wire.AttributeDepth: "1", wire.AttributeError: "too hot\nby \x1b[2Jfar", wire.AttributeMessageID: "0815",
	}}
	var b strings.Builder
	if err := showItem(&b, failedItemOf(expand.Step{Name: "work"}, deadLetter, "")); err != nil {
		t.Fatal(err)
	}
	want := `step             work
id               4711
received         5 times
error            too hot
                 by \x1b[2Jfar
star.depth       1
star.message.id  0815

{"n": 1}
`
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
	if moved := failedItemOf(expand.Step{Name: "work"}, local.DeadLetter{Received: 3}, ""); moved.Received != 3 {
		t.Errorf("a dead letter that SQS moved was received %d times", moved.Received)
	}
}
