//go:build unix

package host

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/hosttest"
)

// newHost returns a host that runs the fake host, which starts in the given way.
func newHost(t testing.TB, how ...string) *Host {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := New(Command{
		Path: executable, Args: append([]string{hosttest.Argument}, how...), Env: os.Environ(), Output: os.Stderr,
		Refusal: func(err error) (string, string, string) { return "Reason", "step", err.Error() },
	})
	t.Cleanup(h.Close)
	return h
}

// bound returns a context that ends before the timeout of the test binary, so that no
// test hangs.
func bound(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// order hands orders to the host and returns their error.
func order(t testing.TB, ctx context.Context, h *Host, o orders, generate generate) error {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if generate == nil {
		generate = func(string, []byte, float64, string) error { return nil }
	}
	return h.Call(ctx, Meta{}, text, generate)
}

// task is an item whose end can be awaited.
type task struct {
	meta     Meta
	data     string
	generate generate
	done     chan error
}

func (t *task) Meta() Meta     { return t.meta }
func (t *task) Data() string   { return t.data }
func (t *task) Done(err error) { t.done <- err }
func (t *task) Generate(step string, data []byte, delay float64, group string) error {
	return t.generate(step, data, delay, group)
}

// Call hands an item to the host and waits for its end.
func (h *Host) Call(ctx context.Context, meta Meta, data []byte, generate generate) error {
	t := &task{meta, string(data), generate, make(chan error, 2)}
	h.Start(ctx, []Task{t})
	err := <-t.done
	if len(t.done) > 0 {
		panic("a task is done twice")
	}
	return err
}

// served returns a call that the test's goroutine serves.
func (p *process) served() *call {
	c := &call{group: &group{process: p, left: 2}, wake: make(chan struct{}, 1)}
	p.register(c)
	return c
}

// process returns the ID of the process that accepts calls.
func processOf(t testing.TB, h *Host) string {
	t.Helper()
	var pid string
	err := order(t, bound(t), h, orders{Tell: true}, func(step string, _ []byte, _ float64, _ string) error { pid = step; return nil })
	if err != nil || pid == "" {
		t.Fatalf("process %q: %v", pid, err)
	}
	return pid
}

// background hands orders to the host and returns when the handler is running. The
// channel receives the result.
func background(t testing.TB, ctx context.Context, h *Host, o orders, generate generate) <-chan error {
	t.Helper()
	o.Tell = true
	begun, result := make(chan struct{}), make(chan error, 1)
	var once sync.Once
	go func() {
		result <- order(t, ctx, h, o, func(step string, data []byte, delay float64, group string) error {
			first := false
			once.Do(func() { first = true; close(begun) })
			if first || generate == nil {
				return nil
			}
			return generate(step, data, delay, group)
		})
	}()
	select {
	case <-begun:
	case err := <-result:
		t.Fatalf("ended at once: %v", err)
	}
	return result
}

// wantError checks that an error is one of the host, with the given name and with text
// in its message.
func wantError(t testing.TB, err error, name, text string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Name != name || !strings.Contains(e.Error(), text) {
		t.Errorf("error %#v (%v), want a %s with %q", err, err, name, text)
	}
}

var errOver = errors.New("the time is over")

// busy counts the calls that the host has not ended.
func (p *process) busy() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}
