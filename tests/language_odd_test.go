package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/serverless-star/starjob/runtime/wire"
)

// stoppedIsNotDone: a loop that ends when the time is over looks like one that
// has come to its end.
func stoppedIsNotDone(t *testing.T, l language) {
	w := startWork(t, l, 3*time.Second, map[string]string{wire.EnvIgnoreErrors: "true"})
	w.batch(order{"do": "ok"}) // the process's start is no part of what follows
	if failed := w.batch(order{"do": "obey"}, order{"do": "ok"}); !slices.Equal(failed, []int{0}) {
		t.Errorf("failed: %v", failed)
	}
}

func anyError(t *testing.T, l language) {
	w := startWork(t, l, time.Minute, map[string]string{wire.EnvMinDelay: "3000", wire.EnvMaxDelay: "3000"})
	long := strings.Repeat("ü", 150_000)
	odd := `{"do": "drop", "text": "a\u0000\ufffe\"\n\u2028b"}`
	if failed := w.batch(order{"do": "drop", "text": long}, odd, order{"do": "fail", "text": long}); !slices.Equal(failed, []int{2}) {
		t.Fatalf("failed: %v", failed)
	}
	for _, letter := range w.take(w.dead) {
		text := letter.Attributes[wire.AttributeError].StringValue
		if !utf8.ValidString(text) || len(text) > 8<<10 || !strings.HasPrefix(text, "üüü") && text != "a\uFFFD\uFFFD\"\n\u2028b" {
			t.Errorf("a dead letter of %d bytes says %.100q", len(text), text)
		}
	}
	for line := range strings.Lines(w.printed()) {
		if len(line) > 256<<10 {
			t.Errorf("a line of the log has %d bytes", len(line))
		}
	}
}

func nothing(t *testing.T, l language) {
	w := plain(t, l)
	if failed := w.batch(order{"do": "generateNothing"}, order{"do": "dropNothing"}); failed != nil {
		t.Errorf("failed: %v", failed)
	}
	letters := w.take(w.dead)
	if len(letters) != 1 || letters[0].Attributes[wire.AttributeError].StringValue != "dropped" {
		t.Errorf("dead letters are %s", fmt.Sprint(letters))
	}
}
