package diag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// codes returns the codes that code.go declares, in order of declaration.
func codes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			code, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, code)
		}
		return true
	})
	return found
}

// TestEveryCodeHasAHeading expects docs/diagnostics.md to have a heading for each
// code, in order, with content below it.
func TestEveryCodeHasAHeading(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/diagnostics.md")
	if err != nil {
		t.Fatal(err)
	}
	want := codes(t)
	slices.Sort(want)
	var got []string
	for _, heading := range regexp.MustCompile(`(?m)^## (\S+): \S.*\n\n\S`).FindAllSubmatch(page, -1) {
		got = append(got, string(heading[1]))
	}
	for _, code := range want {
		if !slices.Contains(got, code) {
			t.Errorf("docs/diagnostics.md has no heading %q with a text below it", "## "+code+": …")
		}
	}
	for i, code := range got {
		if !slices.Contains(want, code) {
			t.Errorf("docs/diagnostics.md has a heading for %s, which is no code", code)
		}
		if i > 0 && got[i-1] >= code {
			t.Errorf("docs/diagnostics.md has %s after %s", code, got[i-1])
		}
	}
}

func TestCodesAreUnique(t *testing.T) {
	t.Parallel()
	all := codes(t)
	if len(all) < 30 {
		t.Fatalf("found only %d codes", len(all))
	}
	form := regexp.MustCompile(`^STAR\d{3}$`)
	for i, code := range all {
		if slices.Contains(all[:i], code) {
			t.Errorf("two problems have the code %s", code)
		}
		if !form.MatchString(code) {
			t.Errorf("%s is not of the form STAR000", code)
		}
	}
}
