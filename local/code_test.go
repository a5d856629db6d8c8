package local

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestCode says of each function where its program comes from, or why it does
// not run here.
func TestCode(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("interpreters run nothing here")
	}
	dir := files(t, map[string]string{"src/replay.js": "", "code.zip": ""})
	wrapped := "Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/w}}"
	node := code{runtime: "nodejs22.x", wrapper: "/opt/w"}
	at := func(path string) code { c := node; c.path = filepath.Join(dir, path); return c }
	inline := func(source string) code { c := node; c.inline = source; return c }
	none := func(problem string) code { return code{notHere: problem} }
	for properties, want := range map[string]code{
		"Runtime: nodejs22.x, CodeUri: src, " + wrapped:                                                      at("src"),
		"Runtime: nodejs22.x, CodeUri: code.zip, " + wrapped:                                                 at("code.zip"),
		"Runtime: !Sub nodejs22.x, InlineCode: 'f()', " + wrapped:                                            inline("f()"),
		"Runtime: nodejs22.x, Code: {ZipFile: !Join [ '', [ 'f', '()' ] ]}, " + wrapped:                      inline("f()"),
		"Runtime: nodejs22.x, InlineCode: " + strings.Repeat("x", 4<<20+1) + ", " + wrapped:                  none("its inline code is 4194305 bytes, and Lambda takes 4 MB"),
		"Runtime: provided.al2023, CodeUri: src, " + wrapped:                                                 {path: filepath.Join(dir, "src"), runtime: "provided.al2023"},
		"Runtime: provided.al2023, InlineCode: x":                                                            none("inline code is for JavaScript and Python, not for provided.al2023"),
		"Runtime: nodejs22.x, CodeUri: src":                                                                  none("Lambda's own runtime nodejs22.x is not on this machine"),
		"Runtime: ruby3.4, CodeUri: src, " + wrapped:                                                         none("the runtime ruby3.4 is not run here"),
		"Runtime: nodejs22.x, CodeUri: none, " + wrapped:                                                     none("there is no " + filepath.Join(dir, "none")),
		"Runtime: nodejs22.x, CodeUri: 's3://b/k', " + wrapped:                                               none("the function's code is not on this machine"),
		"Runtime: nodejs22.x, CodeUri: src, Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/other}}": none("AWS_LAMBDA_EXEC_WRAPPER names /opt/other, which is not on this machine"),
		"CodeUri: src":                   none("the function has no Runtime that is known here"),
		"PackageType: Image, " + wrapped: none("container images are not run here"),
	} {
		pl, problems := planOf(t, "Resources: {F: {Type: AWS::Serverless::Function, Properties: {"+properties+"}}}", Options{
			Dir: dir, Functions: []string{"F"}, Wrappers: map[string]Wrapper{"/opt/w": func(string) ([]string, error) { return nil, nil }},
		})
		got := pl.functions[0].code
		if want.notHere != "" && got.notHere == want.notHere && got.fix != "" {
			continue
		}
		if got != want || problems != "" {
			t.Errorf("%.200s\n%+v %s", properties, got, problems)
		}
	}
}

// TestWhereAnImageIsNamed: a Runtime of Globals says nothing of it.
func TestWhereAnImageIsNamed(t *testing.T) {
	t.Parallel()
	for _, image := range []string{"PackageType: Image", "PackageType: Image\n      ImageUri: x", "ImageUri: x"} {
		pl, _ := planOf(t, `Globals: {Function: {Runtime: provided.al2023}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      `+image, Options{Functions: []string{"F"}})
		last := 6 + strings.Count(image, "\n")
		if at := int(pl.functions[0].codeAt.Start.Line); at != last {
			t.Errorf("%s: line %d, want %d", image, at, last)
		}
	}
}

func TestSourcesOfAFolder(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{
		"app.py": "", "jobs/a.py": "", "jobs/__pycache__/a.pyc": "", "node_modules/x/index.js": "", ".git/HEAD": "", "jobs/deep/b.txt": "",
	})
	var got []string
	for _, source := range folders(dir) {
		path, err := filepath.Rel(dir, source.Path)
		if err != nil || source.Kind != AllFiles {
			t.Errorf("%v, %v", source, err)
		}
		got = append(got, path)
	}
	if text := strings.Join(got, " "); text != ". jobs "+filepath.Join("jobs", "deep") {
		t.Error(text)
	}
	if got := folders(filepath.Join(dir, "none")); len(got) != 1 {
		t.Errorf("%v", got) // so that the watcher says what is wrong
	}
}

func TestWhatASourceHas(t *testing.T) {
	t.Parallel()
	dir := string(filepath.Separator) + "src"
	for name, want := range map[string][3]bool{ // a file main.go, Go files, all files
		"main.go":        {true, true, true},
		"other.go":       {false, true, true},
		"main_test.go":   {false, false, true},
		"app.py":         {false, false, true},
		".app.py.swp":    {false, false, false},
		"app.py~":        {false, false, false},
		"node_modules":   {false, false, false},
		"__pycache__":    {false, false, false},
		"jobs/main.go":   {false, false, false},
		"../src2/app.py": {false, false, false},
	} {
		for i, source := range []Source{{filepath.Join(dir, "main.go"), File}, {dir, GoFiles}, {dir, AllFiles}} {
			if got := source.Has(filepath.Join(dir, name)); got != want[i] {
				t.Errorf("%v has %s: %v", source, name, got)
			}
		}
	}
}

func TestChangedLooksAtWhatCounts(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{"app.py": "", "__pycache__/app.pyc": ""})
	s, source := &Stack{}, Source{dir, AllFiles}
	if !s.Changed(source) {
		t.Error("what was written since is overlooked")
	}
	if err := os.Remove(filepath.Join(dir, "app.py")); err != nil {
		t.Fatal(err)
	}
	if s.Changed(source) || s.Changed(Source{filepath.Join(dir, "app.py"), File}) {
		t.Error("what does not count, or is not there, has changed")
	}
}
