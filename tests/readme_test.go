package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block returns the README's first code block of a language.
func block(t *testing.T, language string) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```"+language+"\n")
	code, _, closed := strings.Cut(rest, "\n```")
	if !found || !closed {
		t.Fatalf("README.md has no %s block", language)
	}
	return code + "\n"
}

// TestREADMEsJobRuns runs the template and the handlers of the README's first
// screen as they stand there.
func TestREADMEsJobRuns(t *testing.T) {
	t.Parallel()
	// In this module, so that the code finds StarJob; the dot hides it from ./...
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

// TestREADMENamesWhatExists follows the README's links into this repository,
// its scripts and its samples.
func TestREADMENamesWhatExists(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\]\(([a-zA-Z][^):#]*)(?:#[^)]*)?\)|\b((?:samples|scripts)/[a-z]+)`).FindAllStringSubmatch(string(readme), -1)
	if len(named) < 5 {
		t.Fatalf("found only %d names", len(named))
	}
	for _, n := range named {
		if _, err := os.Stat(filepath.Join("..", n[1]+n[2])); err != nil {
			t.Error(err)
		}
	}
}
