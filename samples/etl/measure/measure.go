// Package measure measures how large and how well documented a package of Go source is.
// It only parses: nothing is compiled, and imports need not be present.
package measure

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
)

// Measures are the figures of one package. They do not depend on the order in
// which its files are added.
type Measures struct {
	// Package is the package's directory, relative to the tree's root: "." is
	// the root.
	Package string `json:"package"`
	// Files and Lines count all files that were added.
	Files int `json:"files"`
	Lines int `json:"lines"`
	// Exported counts exported constants, variables, functions and types, and
	// exported methods of exported types. Documented counts those with a comment,
	// or in a group with a comment.
	Exported   int `json:"exported"`
	Documented int `json:"documented"`
	// Imports are the import paths, sorted, each once.
	Imports []string `json:"imports"`
	// Broken counts files with a syntax error. The parts of them that the parser
	// understands still count.
	Broken int `json:"broken"`
}

// New returns the measures of a package without files.
func New(pkg string) *Measures { return &Measures{Package: pkg, Imports: []string{}} }

// Add adds a file with the given source.
func (m *Measures) Add(source []byte) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		m.Broken++
	}
	m.Files++
	m.Lines += lines(source)
	for _, spec := range file.Imports {
		m.addImport(spec)
	}
	for _, decl := range file.Decls {
		m.addDecl(decl)
	}
}

// lines counts lines, including a last line without a line feed.
func lines(text []byte) int {
	n := bytes.Count(text, []byte("\n"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return n
}

func (m *Measures) addImport(spec *ast.ImportSpec) {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil { // a syntax error: counted as such
		return
	}
	if at, known := slices.BinarySearch(m.Imports, path); !known {
		m.Imports = slices.Insert(m.Imports, at, path)
	}
}

func (m *Measures) addDecl(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || exportedReceiver(d.Recv) {
			m.addName(d.Name, d.Doc)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			m.addSpec(spec, d.Doc)
		}
	}
}

func (m *Measures) addSpec(spec ast.Spec, group *ast.CommentGroup) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		m.addName(s.Name, s.Doc, s.Comment, group)
	case *ast.ValueSpec:
		for _, name := range s.Names {
			m.addName(name, s.Doc, s.Comment, group)
		}
	}
}

func (m *Measures) addName(name *ast.Ident, comments ...*ast.CommentGroup) {
	if !name.IsExported() {
		return
	}
	m.Exported++
	if slices.ContainsFunc(comments, func(c *ast.CommentGroup) bool { return c != nil }) {
		m.Documented++
	}
}

// exportedReceiver reports whether a method belongs to an exported type. The first name
// in T, *T, T[P] and *T[P, Q] is the type's name.
func exportedReceiver(receiver *ast.FieldList) bool {
	var name *ast.Ident
	for _, field := range receiver.List {
		ast.Inspect(field.Type, func(n ast.Node) bool {
			if ident, ok := n.(*ast.Ident); ok && name == nil {
				name = ident
			}
			return name == nil
		})
	}
	return name != nil && name.IsExported()
}
