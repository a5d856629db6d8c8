package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Rebuild builds the functions anew and has them run what came out. Processes
// that work finish their work first. After an error of the build, all of which
// are reported together, the functions stay what they were; a [*StartError] is
// of one that cannot start any more.
func (s *Stack) Rebuild(ctx context.Context) error {
	s.built = time.Now()
	dir, err := os.MkdirTemp(s.dir, "again-")
	if err != nil {
		return err
	}
	b := &builder{dir: dir, notify: s.building, programs: map[string]program{}}
	if err := b.build(ctx, s.plan.needed(s.required)); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	var problems []error
	for _, f := range s.functions {
		made := b.programs[f.code.path]
		if err := f.runner.Replace([]string{made.bootstrap}, made.dir); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", f.path, err))
		}
	}
	// What the build before was made of may run for a while yet.
	problems = append(problems, os.RemoveAll(s.last), s.Ready(ctx))
	s.last = dir
	return errors.Join(problems...)
}

// Source is the absolute path of a file, or of a folder with Go files, that functions are built from.
type Source struct {
	Path string
	Go   bool // a folder, of which the Go files count
}

// Sources returns what the functions are built from: the packages of their
// modules and the files embedded there, the modules' own files, and programs
// that are there already. Packages of other modules do not change.
func (s *Stack) Sources(ctx context.Context) []Source {
	var all []Source
	for _, f := range s.functions {
		path, err := filepath.Abs(f.code.path)
		if err != nil {
			continue // the folder that this process runs in is gone
		}
		entries, err := os.ReadDir(path)
		switch {
		case err != nil: // a zip file
			all = append(all, Source{Path: path})
		case slices.ContainsFunc(entries, isGo):
			all = append(all, Source{path, true})
			all = append(all, packages(ctx, path)...)
		default:
			all = append(all, Source{Path: filepath.Join(path, "bootstrap")})
		}
	}
	slices.SortFunc(all, func(a, b Source) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(all)
}

// Changed tells whether a source has changed since the last build began: a
// change that nobody watched for. It and Rebuild are for one caller at a time.
func (s *Stack) Changed(source Source) bool {
	paths := []string{source.Path}
	if source.Go {
		paths, _ = filepath.Glob(filepath.Join(source.Path, "*.go"))
	}
	return slices.ContainsFunc(paths, func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && info.ModTime().After(s.built)
	})
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
			all = append(all, Source{path, info.IsDir()})
		}
	}
	return all
}
