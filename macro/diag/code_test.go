package diag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
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
	for _, declaration := range file.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		ast.Inspect(group, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				code, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, code)
			}
			return true
		})
	}
	return found
}

// TestHeadingsAreCodesAndTitles expects docs/diagnostics.md to have a heading with the
// title of each code, in order of the codes, with content below it.
func TestHeadingsAreCodesAndTitles(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/diagnostics.md")
	if err != nil {
		t.Fatal(err)
	}
	want := codes(t)
	slices.Sort(want)
	for i, code := range want {
		want[i] = code + " " + Code(code).Title()
	}
	var got []string
	for _, heading := range regexp.MustCompile(`(?m)^## (STAR.*)\n\n[^#\s]`).FindAllSubmatch(page, -1) {
		got = append(got, string(heading[1]))
	}
	for _, heading := range want {
		if !slices.Contains(got, heading) {
			t.Errorf("docs/diagnostics.md has no heading %q with content below it", "## "+heading)
		}
	}
	for _, heading := range got {
		if !slices.Contains(want, heading) {
			t.Errorf("docs/diagnostics.md has the heading %q, which is not a code with its title", heading)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("docs/diagnostics.md has the headings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestTitlesAreShort expects each code to have a different title of at most six words.
func TestTitlesAreShort(t *testing.T) {
	t.Parallel()
	all := codes(t)
	seen := map[string]string{}
	for _, code := range all {
		title := Code(code).Title()
		if words := len(strings.Fields(title)); words == 0 || words > 6 || strings.HasSuffix(title, ".") {
			t.Errorf("the title of %s is %q, want 1 to 6 words without a period", code, title)
		}
		if other := seen[title]; other != "" {
			t.Errorf("%s and %s have the title %q", other, code, title)
		}
		seen[title] = code
	}
	if len(titles) != len(all) {
		t.Errorf("%d titles for %d codes", len(titles), len(all))
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
