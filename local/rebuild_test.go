//go:build unix

package local

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestRebuild(t *testing.T) {
	t.Parallel()
	o := options(t, "pid")
	s := startStack(t, o, false)
	pid := func() string {
		reply, err := s.Invoke(t.Context(), "Function", []byte("{}"))
		if err != nil {
			t.Fatal(err)
		}
		return string(reply)
	}
	bootstrap := filepath.Join(o.Dir, "code", "bootstrap")
	if got := s.Sources(t.Context()); !slices.Equal(got, []Source{{Path: filepath.Dir(bootstrap), Kind: GoFiles}, {Path: bootstrap, Kind: File}}) {
		t.Errorf("sources %v", got)
	}
	first := pid()
	if err := os.Rename(bootstrap, bootstrap+"2"); err != nil {
		t.Fatal(err)
	}
	if err := s.Rebuild(t.Context()); err == nil || !strings.Contains(err.Error(), "neither Go source nor a bootstrap") {
		t.Errorf("got %v", err)
	}
	if pid() != first {
		t.Error("the process was ended without a replacement")
	}
	if err := os.Rename(bootstrap+"2", bootstrap); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		second := pid()
		if second == first {
			t.Error("the old process is still running")
		}
		first = second
	}
	if err := os.WriteFile(bootstrap+"2", []byte("#!/bin/sh\necho no >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(bootstrap+"2", bootstrap); err != nil {
		t.Fatal(err)
	}
	var start *StartError
	if err := s.Rebuild(t.Context()); !errors.As(err, &start) || start.Log != "no" {
		t.Errorf("got %v", err)
	}
	if built, _ := filepath.Glob(filepath.Join(s.builder.Dir(), "again-*")); len(built) != 1 {
		t.Errorf("left %v", built)
	}
}
