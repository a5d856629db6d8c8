package measure

import (
	"reflect"
	"testing"
)

func TestAdd(t *testing.T) {
	tests := []struct {
		name, source string
		want         Measures
	}{
		{"empty", "", Measures{Files: 1, Broken: 1}},
		{"clause only", "package p", Measures{Files: 1, Lines: 1}},
		{"last line without a line feed", "package p\n\n// end", Measures{Files: 1, Lines: 3}},
		{
			"functions",
			"package p\n// A is documented.\nfunc A() {}\nfunc B() {}\nfunc c() {}\n",
			Measures{Files: 1, Lines: 5, Exported: 2, Documented: 1},
		},
		{
			"methods count with exported types",
			"package p\nfunc (T) A() {}\nfunc (t *T) B() {}\nfunc (t *T[P]) C() {}\nfunc (t *T[P, q]) D() {}\nfunc (t *u[P]) E() {}\nfunc (t T) f() {}\n",
			Measures{Files: 1, Lines: 7, Exported: 4},
		},
		{
			"a group's comment documents its names",
			"package p\n// Numbers.\nconst (\n\tA = 1\n\tB, c = 2, 3\n)\nvar D, E int\ntype (\n\tF int\n\tG int // G is documented.\n\t// H too.\n\tH int\n)\n",
			Measures{Files: 1, Lines: 13, Exported: 7, Documented: 4},
		},
		{
			"imports once, sorted",
			"package p\nimport \"os\"\nimport (\n\tx \"fmt\"\n\t_ \"os\"\n)\n",
			Measures{Files: 1, Lines: 6, Imports: []string{"fmt", "os"}},
		},
		{
			"what comes before a syntax error counts",
			"package p\nfunc A() {}\nfunc (\n",
			Measures{Files: 1, Lines: 3, Exported: 1, Broken: 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.want.Imports == nil {
				tt.want.Imports = []string{}
			}
			got := New("")
			got.Add([]byte(tt.source))
			if !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", *got, tt.want)
			}
		})
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	a, b := []byte("package p\nimport \"os\"\nfunc A() {}\n"), []byte("package p\nimport \"fmt\"\n")
	one, other := New("p"), New("p")
	one.Add(a)
	one.Add(b)
	other.Add(b)
	other.Add(a)
	if !reflect.DeepEqual(one, other) {
		t.Errorf("%+v and %+v differ", one, other)
	}
}

// FuzzAdd searches for source that the parser accepts in part, but that makes Add panic.
func FuzzAdd(f *testing.F) {
	for _, seed := range []string{"", "package p", "package p\nimport", "package p\nfunc () M()", "package p\ntype (\nT", "package p\nvar A, = 1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		m := New("p")
		m.Add(source)
		if m.Documented > m.Exported || m.Files != 1 {
			t.Errorf("%+v", m)
		}
	})
}
