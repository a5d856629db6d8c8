package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryExportedNameHasAnExample checks for an example of every function and type of the
// public API, and every constant and variable to be used in a test.
func TestEveryExportedNameHasAnExample(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"../runtime/star", "../runtime/startest"} {
		shown := map[string]bool{}
		for _, f := range parse(t, dir, true) {
			for _, function := range functions(f) {
				if name, ok := strings.CutPrefix(function, "Example"); ok {
					shown[name] = true
				}
			}
			ast.Inspect(f, func(n ast.Node) bool { // constants and variables
				if s, ok := n.(*ast.SelectorExpr); ok {
					shown["used "+s.Sel.Name] = true
				}
				return true
			})
		}
		for _, f := range parse(t, dir, false) {
			for _, name := range exported(f) {
				if !shown[name] {
					t.Errorf("%s: no Example%s", dir, name)
				}
			}
			for _, name := range exportedValues(f) {
				if !shown["used "+name] {
					t.Errorf("%s: no test uses %s", dir, name)
				}
			}
		}
	}
}

func parse(t *testing.T, dir string, tests bool) []*ast.File {
	t.Helper()
	var files []*ast.File
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no Go files in %s (%v)", dir, err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") != tests {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// functions returns the names of the functions of a file, without methods.
func functions(f *ast.File) []string {
	var names []string
	for _, d := range f.Decls {
		if function, ok := d.(*ast.FuncDecl); ok && function.Recv == nil {
			names = append(names, function.Name.Name)
		}
	}
	return names
}

// exported returns the exported functions, types and methods of a file, as examples
// name them, without the methods of errors.
func exported(f *ast.File) []string {
	var names []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				receiver := receiverOf(d)
				if name == "Error" || name == "Unwrap" || !ast.IsExported(receiver) {
					continue
				}
				name = receiver + "_" + name
			}
			if ast.IsExported(d.Name.Name) {
				names = append(names, name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() {
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	return names
}

func receiverOf(d *ast.FuncDecl) string {
	name := ""
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return true
	})
	return name
}

// exportedValues returns the exported constants and variables of a file.
func exportedValues(f *ast.File) []string {
	var names []string
	for _, d := range f.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range d.Specs {
			if s, ok := s.(*ast.ValueSpec); ok {
				for _, id := range s.Names {
					if id.IsExported() {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return names
}
