package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// orDefault fills in what an item leaves out: first from the template, then for
// a laptop, where the source of Go itself is always at hand.
func (t tree) orDefault(ctx context.Context) (tree, error) {
	t.Source = cmp.Or(t.Source, os.Getenv("SOURCE"))
	t.Destination = cmp.Or(t.Destination, os.Getenv("DESTINATION"), temporary())
	if t.Source != "" {
		return t, nil
	}
	var err error
	t.Source, err = goSource(ctx)
	return t, err
}

// goSource is the URL of the Go installation's own source.
func goSource(ctx context.Context) (string, error) {
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("no source is given, and there is no Go installation to measure instead: %w", err)
	}
	// Some distributions install src as a symbolic link, which a listing would
	// not follow.
	dir, err := filepath.EvalSymlinks(filepath.Join(strings.TrimSpace(string(root)), "src"))
	if err != nil {
		return "", err
	}
	return fileURL(dir, ""), nil
}

// temporary is the URL of a folder for documents that nobody said where to put.
func temporary() string {
	return fileURL(filepath.Join(os.TempDir(), "starjob-etl"), "create_dir=true&metadata=skip")
}

// fileURL has three slashes before C:/ on Windows too.
func fileURL(dir, query string) string {
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(dir), "/"), RawQuery: query}
	return u.String()
}
