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

// orDefault fills in missing fields of an item: from the template, or else for a
// laptop, where the source of Go is always available.
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

// goSource returns the URL of the Go installation's source.
func goSource(ctx context.Context) (string, error) {
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("no source is given, and there is no Go installation to measure instead: %w", err)
	}
	// Some distributions install src as a symbolic link, which a listing does not
	// follow.
	dir, err := filepath.EvalSymlinks(filepath.Join(strings.TrimSpace(string(root)), "src"))
	if err != nil {
		return "", err
	}
	return fileURL(dir, ""), nil
}

// temporary returns the URL of the default folder for documents.
func temporary() string {
	return fileURL(filepath.Join(os.TempDir(), "starjob-etl"), "create_dir=true&metadata=skip")
}

// fileURL returns a URL with three slashes, even before C:/ on Windows.
func fileURL(dir, query string) string {
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(dir), "/"), RawQuery: query}
	return u.String()
}
