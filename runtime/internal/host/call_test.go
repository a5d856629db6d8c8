//go:build unix

package host

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/serverless-star/starjob/runtime/internal/hosttest"
)

func TestCallHandsOverTheItem(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	var told string
	err := h.Call(bound(t), Meta{MessageID: "m", Attempt: 2, Depth: 3, FirstSent: 4, Deadline: 5, RequestID: "r"}, []byte(`{"Tell":true}`),
		func(_ string, data []byte, delay float64, group string) error {
			told = fmt.Sprintf("%s %v %s", data, delay, group)
			return nil
		})
	if want := `{"messageId":"m","attempt":2,"depth":3,"firstSent":4,"deadline":5,"requestId":"r"} 1.5 group`; err != nil || told != want {
		t.Errorf("%v, %s, want %s", err, told, want)
	}
}

func TestGeneratedItemsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	const n = 20_000
	next := 0
	err := order(t, bound(t), h, orders{Generate: n}, func(_ string, data []byte, _ float64, _ string) error {
		if string(data) != fmt.Sprint(next) {
			t.Errorf("%s, want %d", data, next)
		}
		next++
		return nil
	})
	if err != nil || next != n {
		t.Errorf("%v after %d of %d", err, next, n)
	}
}

// TestRefusalsKeepTheirPlace: the fake host counts the answers, and fails with the
// refusals.
func TestRefusalsKeepTheirPlace(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	n := 0
	err := order(t, bound(t), h, orders{Generate: 1000}, func(string, []byte, float64, string) error {
		if n++; n == 501 || n == 1000 {
			return fmt.Errorf("no %d", n)
		}
		return nil
	})
	wantError(t, err, "GenerateError", `501: {"reason":"Reason","step":"step","message":"no 501"} 1000: {"reason":"Reason","step":"step","message":"no 1000"}`)
}

func TestErrorsOfTheHandlerAreKept(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	want := Error{Name: "TypeError", Message: "x is no function", Trace: "at f", Action: ActionRetryAfter, After: 1.5}
	thrown := hosttest.Error(want)
	err := order(t, bound(t), h, orders{Fail: &thrown}, nil)
	var got *Error
	if !errors.As(err, &got) || *got != want {
		t.Errorf("%#v", err)
	}
	if got.Error() != "x is no function" || got.ErrorType() != "TypeError" || got.Stack() != "at f" {
		t.Errorf("%s, %s, %s", got, got.ErrorType(), got.Stack())
	}
}

func TestUnreadableErrorsFailTheirItem(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	pid := processOf(t, h)
	raw := strings.Replace(string(idFrame(kindFailed, 0, `{"after":Infinity}`)), "\x00\x00\x00\x00", "%ID%", 1)
	wantError(t, order(t, bound(t), h, orders{Raw: []byte(raw)}, nil), hostErrorName, "cannot read the handler's error")
	if got := processOf(t, h); got != pid {
		t.Errorf("another process: %s, was %s", got, pid)
	}
}

// TestHugeItemsAreRefused: other items are not affected.
func TestHugeItemsAreRefused(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	pid := processOf(t, h)
	n := 0
	err := order(t, bound(t), h, orders{Generate: 2, Bytes: maxFrame}, func(string, []byte, float64, string) error { n++; return nil })
	wantError(t, err, "GenerateError", `generate \"step\": item too large: 8388608 bytes`)
	if err := order(t, bound(t), h, orders{Generate: 1, Bytes: maxFrame - 100}, func(string, []byte, float64, string) error { n++; return nil }); err != nil {
		t.Error(err)
	}
	if got := processOf(t, h); got != pid || n != 1 {
		t.Errorf("process %s, was %s; %d items", got, pid, n)
	}
}

func TestTenThousandCallsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	const n = 10_000
	var group sync.WaitGroup
	var generated, failed atomic.Int64
	ctx := bound(t)
	for i := range n {
		group.Go(func() {
			o := orders{Generate: 3}
			if i%2 == 1 {
				o.Fail = &hosttest.Error{Name: "Odd"}
			}
			err := order(t, ctx, h, o, func(string, []byte, float64, string) error { generated.Add(1); return nil })
			if (err != nil) != (i%2 == 1) {
				t.Errorf("call %d: %v", i, err)
			}
			if err != nil {
				failed.Add(1)
			}
		})
	}
	group.Wait()
	if generated.Load() != 3*n || failed.Load() != n/2 {
		t.Errorf("%d generated, %d failed", generated.Load(), failed.Load())
	}
}

// TestDoneCountsOnlyWithoutRefusals: a host that ends a call before its items are answered
// does not know that one of them was refused.
func TestDoneCountsOnlyWithoutRefusals(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	refused := errors.New("refused")
	n := 0
	err := order(t, bound(t), h, orders{Generate: 10, Careless: true}, func(string, []byte, float64, string) error {
		if n++; n != 4 {
			return nil
		}
		for h.current.busy() > 0 { // until it is done
			runtime.Gosched()
		}
		return refused
	})
	if !errors.Is(err, refused) || n != 10 {
		t.Errorf("%v after %d items", err, n)
	}
	if err := order(t, bound(t), h, orders{Generate: 10, Careless: true}, nil); err != nil {
		t.Error(err)
	}
}

// TestFramesOfEndedCallsAreIgnored: they are harmless.
func TestFramesOfEndedCallsAreIgnored(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	pid := processOf(t, h)
	strange := string(idFrame(kindDone, 99, "")) + string(generateFrame(98, "step", "1", 0, "")) + string(idFrame(kindFailed, 97, "{}"))
	twice := strings.Replace(string(idFrame(kindDone, 0, "")), "\x00\x00\x00\x00", "%ID%", 1)
	if err := order(t, bound(t), h, orders{Raw: []byte(strange + twice)}, nil); err != nil {
		t.Error(err)
	}
	if got := processOf(t, h); got != pid {
		t.Errorf("another process: %s, was %s", got, pid)
	}
}

// TestInboxesTogetherAreBounded: while nothing can be sent, all calls together hold at
// most maxHeldBytes and one item. The reader continues as soon as one item is sent.
func TestInboxesTogetherAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const calls, each = 40, 10
		p := newProcess(Command{}, nil)
		item := frame{kind: kindGenerate, data: make([]byte, 100_000)} // 40 MB in total
		var all []*call
		for range calls {
			all = append(all, p.served())
		}
		go func() {
			for range each {
				for _, c := range all {
					item.id = c.id
					if err := p.handle(item); err != nil {
						t.Error(err)
					}
				}
			}
		}()
		generated := 0
		for generated < calls*each {
			synctest.Wait()
			if p.held > maxHeldBytes+weight(item) || p.held < maxHeldBytes && generated == 0 {
				t.Fatalf("%d bytes held", p.held)
			}
			for _, c := range all {
				if len(c.inbox) > 0 {
					_, _ = c.handleInbox(func(string, []byte, float64, string) error { generated++; return nil })
					break
				}
			}
		}
		if p.held != 0 {
			t.Errorf("%d bytes held", p.held)
		}
	})
}
