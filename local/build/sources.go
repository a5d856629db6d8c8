package build

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/local/plan"
)

// A Source is a file or folder that functions are built from.
type Source struct {
	Path string // absolute
	Kind SourceKind
}

// SourceKind is which files a [Source] consists of.
type SourceKind int

const (
	// File is a file itself.
	File SourceKind = iota
	// GoFiles are the Go files of a folder, without tests.
	GoFiles
	// AllFiles are the files of a folder, except hidden ones, backup copies and
	// what tools leave. Folders in it are sources of their own.
	AllFiles
)

// Folder returns the folder to watch for changes: editors replace files by new
// ones.
func (s Source) Folder() string {
	if s.Kind == File {
		return filepath.Dir(s.Path)
	}
	return s.Path
}

// Has reports whether a file or folder is part of the source.
func (s Source) Has(path string) bool {
	name := filepath.Base(path)
	switch {
	case s.Kind == File:
		return path == s.Path
	case filepath.Dir(path) != s.Path || strings.HasPrefix(name, "."):
		return false
	case s.Kind == GoFiles:
		return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
	}
	return !strings.HasSuffix(name, "~") && !slices.Contains(leftByTools, name)
}

// leftByTools are folders that are not sources.
var leftByTools = []string{"node_modules", "__pycache__"}

// Sources returns the sources of functions: for Go, the packages of their
// modules with the files embedded there, and the go.mod files; the folders that
// interpreters run from; and programs that are built already. Packages of other
// modules do not change.
func Sources(ctx context.Context, functions []*plan.Function) []Source {
	var all []Source
	for _, f := range functions {
		path, err := filepath.Abs(f.Code.Path)
		if f.Code.Path == "" || err != nil {
			continue // it is in the template, or this process's own folder is gone
		}
		entries, err := os.ReadDir(path)
		switch {
		case err != nil: // a zip file
			all = append(all, Source{path, File})
		case f.Code.Wrapper != "":
			all = append(all, folders(path)...)
		case slices.ContainsFunc(entries, isGo):
			all = append(all, Source{path, GoFiles})
			all = append(all, packages(ctx, path)...)
		default: // a program, or Go source that is being replaced
			all = append(all, Source{filepath.Join(path, "bootstrap"), File}, Source{path, GoFiles})
		}
	}
	slices.SortFunc(all, func(a, b Source) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(all)
}

// folders returns a folder and all folders in it that are sources.
func folders(root string) []Source {
	all := []Source{{root, AllFiles}}
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case path == root || err != nil || !entry.IsDir(): // a folder that cannot be read is not a source
			return nil
		case !(Source{filepath.Dir(path), AllFiles}).Has(path):
			return fs.SkipDir
		}
		all = append(all, Source{path, AllFiles})
		return nil
	})
	return all
}

// files returns the files that the source consists of, and the folders in it.
func (s Source) files() []string {
	if s.Kind == File {
		return []string{s.Path}
	}
	var paths []string
	entries, _ := os.ReadDir(s.Path) // none, if the folder is gone
	for _, entry := range entries {
		if path := filepath.Join(s.Path, entry.Name()); s.Has(path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// listed is what go list prints for each package of the module itself: its
// folder, the files embedded there, and the module's go.mod file.
const listed = `{{if not .Standard}}{{with .Module}}{{if not .Version}}{{$.Dir}}
{{range $.EmbedFiles}}{{$.Dir}}/{{.}}
{{end}}{{.GoMod}}{{end}}{{end}}{{end}}`

// packages returns the sources of the package in a folder; none if go list fails
// because of a mistake in them.
func packages(ctx context.Context, folder string) []Source {
	command := exec.CommandContext(ctx, "go", "list", "-deps", "-f", listed, ".")
	command.Dir = folder
	output, err := command.Output()
	if err != nil {
		return nil
	}
	var all []Source
	for line := range strings.Lines(string(output)) {
		path := strings.TrimSpace(line)
		if info, err := os.Stat(path); path != "" && err == nil {
			kind := File
			if info.IsDir() {
				kind = GoFiles
			}
			all = append(all, Source{path, kind})
		}
	}
	return all
}
