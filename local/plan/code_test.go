package plan

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestCode expects each function's program, or why it cannot run locally.
func TestCode(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("interpreters run nothing here")
	}
	dir := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "src"), 0o700), os.WriteFile(filepath.Join(dir, "code.zip"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	wrapped := "Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/w}}"
	type result struct {
		code    Code
		problem string // why it does not run
	}
	node := Code{Runtime: "nodejs22.x", Wrapper: "/opt/w", Interpreter: "node"}
	at := func(path string) result { c := node; c.Path = filepath.Join(dir, path); return result{code: c} }
	inline := func(source string) result { c := node; c.Inline = source; return result{code: c} }
	none := func(problem string) result { return result{problem: problem} }
	for properties, want := range map[string]result{
		"Runtime: nodejs22.x, CodeUri: src, " + wrapped:                                                      at("src"),
		"Runtime: nodejs22.x, CodeUri: code.zip, " + wrapped:                                                 at("code.zip"),
		"Runtime: !Sub nodejs22.x, InlineCode: 'f()', " + wrapped:                                            inline("f()"),
		"Runtime: nodejs22.x, Code: {ZipFile: !Join [ '', [ 'f', '()' ] ]}, " + wrapped:                      inline("f()"),
		"Runtime: nodejs22.x, InlineCode: " + strings.Repeat("x", 4<<20+1) + ", " + wrapped:                  none("inline code of 4194305 bytes (allowed: up to 4 MB)"),
		"Runtime: provided.al2023, CodeUri: src, " + wrapped:                                                 {code: Code{Path: filepath.Join(dir, "src"), Runtime: "provided.al2023"}},
		"Runtime: provided.al2023, InlineCode: x":                                                            none("inline code for provided.al2023 (allowed: JavaScript and Python)"),
		"Runtime: nodejs22.x, CodeUri: src":                                                                  none("nodejs22.x is supported by star run only in a Star::Job"),
		"Runtime: ruby3.4, CodeUri: src, " + wrapped:                                                         none("ruby3.4 is not supported by star run"),
		"Runtime: nodejs22.x, CodeUri: none, " + wrapped:                                                     none(filepath.Join(dir, "none") + " does not exist"),
		"Runtime: nodejs22.x, CodeUri: 's3://b/k', " + wrapped:                                               none("its code is not a local folder or zip file"),
		"Runtime: nodejs22.x, CodeUri: src, Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/other}}": none("AWS_LAMBDA_EXEC_WRAPPER is /opt/other, which does not exist locally"),
		"CodeUri: src":                   none("the Runtime is missing or not known locally"),
		"PackageType: Image, " + wrapped: none("container images are not supported by star run"),
	} {
		pl, problems := planOf(t, "Resources: {F: {Type: AWS::Serverless::Function, Properties: {"+properties+"}}}", Options{
			Dir: dir, Required: []string{"F"}, Wrappers: []string{"/opt/w"},
		})
		f := pl.Functions[0]
		if want.problem != "" && f.obstacle.problem == want.problem && f.obstacle.fix != "" {
			continue
		}
		if got := (result{f.Code, f.obstacle.problem}); got != want || problems != "" {
			t.Errorf("%.200s\n%+v %s", properties, got, problems)
		}
	}
}

// TestImagesAreReportedAtTheirProperty, even if Globals has a Runtime.
func TestImagesAreReportedAtTheirProperty(t *testing.T) {
	t.Parallel()
	for _, image := range []string{"PackageType: Image", "PackageType: Image\n      ImageUri: x", "ImageUri: x"} {
		pl, _ := planOf(t, `Globals: {Function: {Runtime: provided.al2023}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      `+image, Options{Required: []string{"F"}})
		last := 6 + strings.Count(image, "\n")
		if at := int(pl.Functions[0].CodeRange.Start.Line); at != last {
			t.Errorf("%s: line %d, want %d", image, at, last)
		}
	}
}

func TestInterpretersOfManagedRuntimes(t *testing.T) {
	t.Parallel()
	for runtime, want := range map[string]string{"nodejs22.x": "node", "nodejs14.x": "node", "python3.13": "python3", "ruby3.4": "", "provided.al2023": ""} {
		if got := interpreterOf(runtime); got != want {
			t.Errorf("%s runs in %q, want %q", runtime, got, want)
		}
	}
}
