package local

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Source is a part of what functions are made of.
type Source struct {
	Path string // absolute
	Kind SourceKind
}

// SourceKind says what of a [Source] counts.
type SourceKind int

const (
	// File is a file itself.
	File SourceKind = iota
	// GoFiles are the Go files of a folder, without tests.
	GoFiles
	// AllFiles are the files of a folder whose names do not say that they are
	// hidden, a copy, or what a tool left. Folders in it are sources of their own.
	AllFiles
)

// Folder is where changes of the source show: editors put new files in the
// place of old ones.
func (s Source) Folder() string {
	if s.Kind == File {
		return filepath.Dir(s.Path)
	}
	return s.Path
}

// Has tells whether a file or folder is part of the source.
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

// leftByTools are folders that are no source, however much changes in them.
var leftByTools = []string{"node_modules", "__pycache__"}

// Sources returns what the functions are made of: of Go, the packages of their
// modules and the files embedded there, and the modules' own files; folders that
// an interpreter runs from; and programs that are there already. Packages of
// other modules do not change.
func (s *Stack) Sources(ctx context.Context) []Source {
	var all []Source
	for _, f := range s.functions {
		path, err := filepath.Abs(f.code.path)
		if f.code.path == "" || err != nil {
			continue // it stands in the template, or the folder that this process runs in is gone
		}
		entries, err := os.ReadDir(path)
		switch {
		case err != nil: // a zip file
			all = append(all, Source{path, File})
		case f.code.wrapper != "":
			all = append(all, folders(path)...)
		case slices.ContainsFunc(entries, isGo):
			all = append(all, Source{path, GoFiles})
			all = append(all, packages(ctx, path)...)
		default: // or Go source that is away for a moment
			all = append(all, Source{filepath.Join(path, "bootstrap"), File}, Source{path, GoFiles})
		}
	}
	slices.SortFunc(all, func(a, b Source) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(all)
}

// folders are a folder and all in it that are sources.
func folders(root string) []Source {
	all := []Source{{root, AllFiles}}
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case path == root || err != nil || !entry.IsDir(): // what cannot be read is no source
			return nil
		case !(Source{filepath.Dir(path), AllFiles}).Has(path):
			return fs.SkipDir
		}
		all = append(all, Source{path, AllFiles})
		return nil
	})
	return all
}

// Changed tells whether a source has changed since the last build began: a
// change that nobody watched for. It and Rebuild are for one caller at a time.
func (s *Stack) Changed(source Source) bool {
	return slices.ContainsFunc(source.files(), func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && !info.IsDir() && info.ModTime().After(s.built)
	})
}

// files are what the source consists of, with the folders in it.
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

// listed is what go list says of each package that is part of a module's own
// source: its folder, the files embedded there, and the module's file.
const listed = `{{if not .Standard}}{{with .Module}}{{if not .Version}}{{$.Dir}}
{{range $.EmbedFiles}}{{$.Dir}}/{{.}}
{{end}}{{.GoMod}}{{end}}{{end}}{{end}}`

// packages are the sources of the package in a folder. Where they cannot be
// told, as there is a mistake in them, the folder alone is watched.
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
