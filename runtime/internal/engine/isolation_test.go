package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestInvocationsShareAnEngine runs many concurrent invocations in one engine. Each reply
// must be about its own batch.
func TestInvocationsShareAnEngine(t *testing.T) {
	t.Parallel()
	x := newTrial()
	var metrics syncBuffer
	e := New(x.config, Handler(func(ctx context.Context, data []byte, generate Generate) error {
		if err := generate(Invocation{Step: "sink", Data: FromContext(ctx).MessageID}); err != nil {
			return err
		}
		if strings.Contains(string(data), "fail") {
			return errBroken
		}
		return nil
	}), x.sqs, quiet(), &metrics)
	const n = 50
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			good, bad := fmt.Sprint("good", i), fmt.Sprint("bad", i)
			reply, err := e.Invoke(t.Context(), sqsEvent(testItem{id: good, body: "1"}, testItem{id: bad, body: `"fail"`}))
			if err != nil {
				t.Error(err)
				return
			}
			wantFailed(t, failedIn(t, reply), bad)
		})
	}
	wg.Wait()
	if got := len(x.sqs.bodies(sinkQueue)); got != 2*n {
		t.Errorf("%d sent, want %d", got, 2*n)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(p)
}

// TestLateHandlersStayInTheirInvocation: a handler that was cut off may still be running
// during the next invocation, and must not affect it.
func TestLateHandlersStayInTheirInvocation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		release, late := make(chan struct{}), make(chan error)
		e := x.engine(func(ctx context.Context, data []byte, generate Generate) error {
			if string(data) == "slow" {
				<-release
				late <- generate(Invocation{Step: "sink", Data: "late"})
			}
			return generate(Invocation{Step: "sink", Data: "in time"})
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		reply, _ := e.Invoke(ctx, sqsEvent(bodies("slow")...))
		cancel()
		wantFailed(t, failedIn(t, reply), "m0")
		reply, _ = e.Invoke(t.Context(), sqsEvent(testItem{id: "next", body: "fast"}))
		close(release)
		if err := <-late; !errors.Is(err, ErrEnded) {
			t.Errorf("a late generate returned %v", err)
		}
		wantFailed(t, failedIn(t, reply))
		if got := x.sqs.bodies(sinkQueue); len(got) != 1 || got[0] != `"in time"` {
			t.Errorf("sent %v", got)
		}
	})
}

// TestNoPackageState checks that package variables are errors, or tables that are never
// assigned to.
func TestNoPackageState(t *testing.T) {
	t.Parallel()
	tables := map[string]bool{"inputKeys": true}
	for _, dir := range []string{".", "../backoff", "../event", "../outbox", "../sqs", "../../star", "../../startest", "../../wire"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(dir, files, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, variable := range variables(file) {
				if !strings.HasPrefix(strings.ToLower(variable), "err") && !tables[variable] {
					t.Errorf("%s: variable %s of the package", name, variable)
				}
			}
		}
	}
}

func variables(file *ast.File) []string {
	var names []string
	for _, d := range file.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.VAR {
			for _, spec := range d.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}
