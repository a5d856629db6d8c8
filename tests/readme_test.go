package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// blocks returns the README's code blocks of a language.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, part := range strings.Split(string(readme), "```"+language+"\n")[1:] {
		code, _, closed := strings.Cut(part, "\n```")
		if !closed {
			t.Fatalf("README.md has a %s block without an end", language)
		}
		all = append(all, code+"\n")
	}
	if len(all) == 0 {
		t.Fatalf("README.md has no %s block", language)
	}
	return all
}

// block returns the README's first code block of a language.
func block(t *testing.T, language string) string { return blocks(t, language)[0] }

// TestREADMEsJobRuns runs the first template and the first handlers of the README,
// unchanged.
func TestREADMEsJobRuns(t *testing.T) {
	t.Parallel()
	// A folder of this module, so that the code can import StarJob. The dot hides it
	// from ./...
	dir, err := os.MkdirTemp(".", ".readme-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	const head = "package main\n\nimport (\n\t\"context\"\n\t\"log/slog\"\n\n\t\"" + module + "/runtime/star\"\n)\n\n"
	for name, text := range map[string]string{"template.yaml": block(t, "yaml"), "main.go": head + block(t, "go")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ran := star(t, "run", dir, "--data", "250")
	if ran.code != 0 {
		t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	for _, want := range []string{`plan +1 +1 +0 +0 +0 +250 `, `square +250 +250 +0 +0 +0 +0 `} {
		if !regexp.MustCompile(want).MatchString(ran.stdout) {
			t.Errorf("the table lacks %q:\n%s", want, ran.stdout)
		}
	}
	if !strings.Contains(ran.stderr, `"square":62001`) {
		t.Errorf("the logs lack the square of 249")
	}
}

// TestREADMEsLanguagesRun runs the same template with the base function and the
// handlers in other languages that the README shows.
func TestREADMEsLanguagesRun(t *testing.T) {
	t.Parallel()
	prototype := regexp.MustCompile(`(?m)^    Metadata: \{BuildMethod: go1\.x\}\n    Properties: .*\n`)
	for number, l := range []struct{ interpreter, language, file string }{
		{"node", "js", "squares.js"}, {"python3", "python", "squares.py"},
	} {
		t.Run(l.language, func(t *testing.T) {
			t.Parallel()
			needs(t, l.interpreter)
			dir, template := t.TempDir(), block(t, "yaml")
			if !prototype.MatchString(template) {
				t.Fatal("the README's template has no base function to replace")
			}
			indented := regexp.MustCompile(`(?m)^`).ReplaceAllString(strings.TrimSpace(blocks(t, "yaml")[2+number]), "    ") + "\n"
			writeFile(t, filepath.Join(dir, "template.yaml"), prototype.ReplaceAllLiteralString(template, indented))
			writeFile(t, filepath.Join(dir, l.file), block(t, l.language))
			ran := star(t, "run", dir, "--data", "250")
			if ran.code != 0 || !regexp.MustCompile(`square +250 +250 +0 +0 +0 +0 `).MatchString(ran.stdout) || !strings.Contains(ran.stderr, "249 squared is 62001") {
				t.Errorf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
			}
		})
	}
}

// TestREADMENamesWhatExists checks that the files, scripts and samples that the README
// names exist.
func TestREADMENamesWhatExists(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\]\(([a-zA-Z][^):#]*)(?:#[^)]*)?\)|\b((?:samples|scripts)/[a-z-]+)`).FindAllStringSubmatch(string(readme), -1)
	if len(named) < 5 {
		t.Fatalf("found only %d names", len(named))
	}
	for _, n := range named {
		if _, err := os.Stat(filepath.Join("..", n[1]+n[2])); err != nil {
			t.Error(err)
		}
	}
}

// TestConformanceRunsTheFaultSuite: scripts/conformance runs as many seeds of the fault
// suite as docs/handlers.md says.
func TestConformanceRunsTheFaultSuite(t *testing.T) {
	t.Parallel()
	const command = "STARJOB_FAULT_SEEDS=1000 go test"
	for _, path := range []string{"../docs/handlers.md", "../scripts/conformance"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), command) {
			t.Errorf("%s lacks %q", path, command)
		}
	}
}
