//go:build unix

package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
)

// openGroup opens calls of a process without an operating system process.
func openGroup(t *testing.T, ctx context.Context, count int) (p *process, tasks []*task) {
	t.Helper()
	p = newProcess(Command{}, nil)
	close(p.ready)
	var all []Task
	for i := range count {
		one := &task{data: fmt.Sprint(i), done: make(chan error, 2)}
		tasks, all = append(tasks, one), append(all, one)
	}
	if err := p.open(ctx, all); err != nil {
		t.Fatal(err)
	}
	return p, tasks
}

// wantEnds checks that Done of each task was called once, with the error in want.
func wantEnds(t *testing.T, tasks []*task, want ...error) {
	t.Helper()
	for i, one := range tasks {
		if len(one.done) != 1 {
			t.Errorf("task %d is done %d times", i, len(one.done))
		} else if err := <-one.done; !errors.Is(err, want[i]) {
			t.Errorf("task %d: %v, want %v", i, err, want[i])
		}
	}
}

// TestCallsOfAGroupEndOnce: a call ends once, by the first of several events, whether or
// not a goroutine serves it.
func TestCallsOfAGroupEndOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancelCause(t.Context())
		p, tasks := openGroup(t, ctx, 7)
		tasks[3].generate = func(string, []byte, float64, string) error { return nil }
		tasks[4].generate, tasks[6].generate = tasks[3].generate, tasks[3].generate
		failure, exitErr := &Error{Name: "TypeError"}, errors.New("exited")
		for _, f := range []frame{
			{kind: kindDone, id: 1}, {kind: kindDone, id: 1}, {kind: kindFailed, id: 2, err: failure},
			{kind: kindGenerate, id: 4}, {kind: kindGenerate, id: 5}, {kind: kindDone, id: 4}, {kind: kindGenerate, id: 7},
		} {
			if err := p.handle(f); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		wantEnds(t, []*task{tasks[0], tasks[1], tasks[3]}, nil, failure, nil)
		stop(errOver)
		synctest.Wait()
		_ = p.handle(frame{kind: kindGenerate, id: 3})
		_ = p.handle(frame{kind: kindDone, id: 3})
		p.end(exitErr)
		wantEnds(t, []*task{tasks[2], tasks[4], tasks[5], tasks[6]}, errOver, errOver, errOver, errOver)
	})
}

func TestProcessExitEndsAGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, tasks := openGroup(t, t.Context(), 3)
		tasks[1].generate = func(string, []byte, float64, string) error { return nil }
		exitErr := errors.New("exited")
		_ = p.handle(frame{kind: kindDone, id: 1})
		_ = p.handle(frame{kind: kindGenerate, id: 2})
		p.end(exitErr)
		synctest.Wait()
		wantEnds(t, tasks, nil, exitErr, exitErr)
	})
}

// FuzzGroup lets a host write anything. Done of each task is called once.
func FuzzGroup(f *testing.F) {
	f.Add(bytes.Join([][]byte{generateFrame(1, "s", "1", 0, ""), idFrame(kindDone, 1, ""), idFrame(kindFailed, 2, "{}"), idFrame(kindDone, 2, "")}, nil), true)
	f.Add(bytes.Join([][]byte{idFrame(kindDone, 3, ""), generateFrame(3, "s", "1", 0, ""), rawFrame(kindHello, `{"version":1}`)}, nil), false)
	f.Add([]byte("\x00\x00\x00\x05D\x00\x00\x00\x02\x00\x00"), false)
	f.Fuzz(func(t *testing.T, written []byte, isCut bool) {
		ctx, stop := context.WithCancelCause(t.Context())
		p, tasks := openGroup(t, ctx, 3)
		for _, one := range tasks {
			one.generate = func(string, []byte, float64, string) error { return nil }
		}
		if isCut {
			go stop(errOver)
		}
		ours, theirs := net.Pipe()
		p.conn = ours
		go func() {
			_, _ = theirs.Write(written)
			_ = theirs.Close()
		}()
		_ = p.read()
		_ = ours.Close()
		exitErr := errors.New("exited")
		p.end(exitErr)
		for _, one := range tasks {
			<-one.done
		}
		stop(errOver)
		for i, one := range tasks {
			if len(one.done) > 0 {
				t.Errorf("task %d is done twice", i)
			}
		}
	})
}
