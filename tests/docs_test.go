package tests

import (
	"flag"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// A page is a text of this repository for people.
type page struct{ path, text string }

// pages returns README, the docs, and what else a reader meets.
func pages(t *testing.T) []page {
	t.Helper()
	var all []page
	for _, pattern := range []string{"../*.md", "../docs/*.md", "../docs/schema/*.md", "../samples/*/README.md"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, page{path, string(text)})
		}
	}
	if len(all) < 15 {
		t.Fatalf("found only %d pages: is the test in its place?", len(all))
	}
	return all
}

func pageAt(t *testing.T, path string) page {
	t.Helper()
	all := pages(t)
	i := slices.IndexFunc(all, func(p page) bool { return p.path == path })
	if i < 0 {
		t.Fatalf("no page %s", path)
	}
	return all[i]
}

// A block is a fenced code block. Its mark is the HTML comment in the line before
// it, which readers do not see: why the block is not run.
type block struct{ language, text, mark string }

var fence = regexp.MustCompile("(?ms)(?:^<!-- ([^\n]*) -->\n)?^```([a-z]*)\n(.*?)\n```$")

func (p page) blocks(language string) []block {
	var all []block
	for _, m := range fence.FindAllStringSubmatch(p.text, -1) {
		if m[2] == language {
			all = append(all, block{m[2], m[3] + "\n", m[1]})
		}
	}
	return all
}

// prose is the page without its code blocks.
func (p page) prose() string { return fence.ReplaceAllString(p.text, "") }

// anchors are the headings as GitHub makes links of them.
func (p page) anchors() []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^#{1,6} (.*)$`).FindAllStringSubmatch(p.prose(), -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])
		all = append(all, slug)
	}
	return all
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestLinksOfDocsLeadToPagesAndHeadings(t *testing.T) {
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(p.prose(), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, ":") {
				continue
			}
			to := p
			if target != "" {
				to.path = filepath.Join(filepath.Dir(p.path), target)
				text, err := os.ReadFile(to.path)
				if info, statErr := os.Stat(to.path); statErr != nil || err != nil && !info.IsDir() {
					t.Errorf("%s links to %s, which does not exist", p.path, m[1])
					continue
				}
				to.text = string(text)
			}
			if anchor != "" && !slices.Contains(to.anchors(), anchor) {
				t.Errorf("%s links to %s, and the page has no such heading", p.path, m[1])
			}
		}
	}
}

func TestDocsBeginWithTheirPurposeAndContents(t *testing.T) {
	for _, p := range pages(t) {
		if filepath.Dir(p.path) != "../docs" || strings.HasSuffix(p.path, "benchmarks.md") {
			continue
		}
		head, _, _ := strings.Cut(p.text, "\n## ")
		title, rest, _ := strings.Cut(head, "\n\n")
		purpose, _, _ := strings.Cut(rest, "\n\n")
		if !strings.HasPrefix(title, "# ") || !strings.Contains(purpose, ".") || strings.HasPrefix(purpose, "**") {
			t.Errorf("%s does not begin with a title and a sentence", p.path)
		}
		contents := regexp.MustCompile(`(?m)^\*\*Contents\*\* .*$`).FindString(head)
		if contents == "" {
			t.Errorf("%s has no contents before its first section", p.path)
			continue
		}
		for _, m := range regexp.MustCompile(`(?m)^## (.*)$`).FindAllStringSubmatch(p.prose(), -1) {
			if !strings.Contains(contents, "["+m[1]+"]") && !strings.HasSuffix(p.path, "diagnostics.md") {
				t.Errorf("the contents of %s lack %q", p.path, m[1])
			}
		}
	}
}

// TestGoInDocsIsFormatted finds fragments that do not parse. A line with nothing
// but an ellipsis is left to the reader.
func TestGoInDocsIsFormatted(t *testing.T) {
	for _, p := range pages(t) {
		for _, b := range p.blocks("go") {
			source := regexp.MustCompile(`(?m)^\t*…$\n?`).ReplaceAllString(b.text, "")
			formatted, err := format.Source([]byte(source))
			if err != nil {
				t.Errorf("%s: %v in\n%s", p.path, err, b.text)
			} else if string(formatted) != source {
				t.Errorf("%s has Go that is not formatted:\n%s", p.path, b.text)
			}
		}
	}
}

func TestJavaScriptAndPythonInDocsParse(t *testing.T) {
	for language, check := range map[string][]string{
		"js":     {"node", "--check", "-"},
		"python": {"python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())"},
	} {
		t.Run(language, func(t *testing.T) {
			needs(t, check[0])
			for _, p := range pages(t) {
				for _, b := range p.blocks(language) {
					command := exec.Command(check[0], check[1:]...)
					command.Stdin = strings.NewReader(b.text)
					if out, err := command.CombinedOutput(); err != nil {
						t.Errorf("%s: %v in\n%s\n%s", p.path, err, b.text, out)
					}
				}
			}
		})
	}
}

// TestTemplatesInDocsAreValid checks each whole template.
func TestTemplatesInDocsAreValid(t *testing.T) {
	t.Parallel()
	found := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks("yaml") {
			if !strings.Contains(b.text, "Transform:") || !strings.Contains(b.text, "Star::Job") {
				continue
			}
			found++
			path := filepath.Join(t.TempDir(), "template.yaml")
			writeFile(t, path, b.text)
			if ran := star(t, "check", path); ran.code != 0 || strings.Contains(ran.stdout+ran.stderr, "warning") {
				t.Errorf("%s has a template with problems:\n%s%s", p.path, ran.stdout, ran.stderr)
			}
		}
	}
	if found < 2 {
		t.Errorf("found only %d templates", found)
	}
}

// TestCommandsInDocsRun runs testdata/docs.sh, and finds commands that are shown
// and not in it. What cannot run here is marked in the page.
func TestCommandsInDocsRun(t *testing.T) {
	t.Parallel()
	needs(t, "bash")
	script, err := os.ReadFile("testdata/docs.sh")
	if err != nil {
		t.Fatal(err)
	}
	run := strings.Split(string(script), "\n")
	for i := range run {
		run[i] = strings.TrimSuffix(strings.TrimSpace(run[i]), " &")
	}
	for _, p := range pages(t) {
		if len(p.blocks("")) > 0 {
			t.Errorf("%s has code blocks without a language:\n%s", p.path, p.blocks("")[0].text)
		}
		for _, b := range p.blocks("sh") {
			if b.mark != "" {
				continue
			}
			for line := range strings.Lines(strings.ReplaceAll(b.text, "\\\n", "")) {
				line, _, _ = strings.Cut(line, " # ")
				line = strings.Join(strings.Fields(line), " ")
				if line != "" && !slices.Contains(run, line) {
					t.Errorf("%s shows a command that is neither in testdata/docs.sh nor marked:\n%s", p.path, line)
				}
			}
		}
	}
	command := exec.Command("bash", "-euo", "pipefail", "tests/testdata/docs.sh")
	command.Dir = ".."
	command.Env = append(os.Environ(), "PATH="+filepath.Dir(program(t, "star"))+string(filepath.ListSeparator)+os.Getenv("PATH"), "WORK="+t.TempDir())
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestPicturesNameWhatExists looks for what the pictures in the docs name: folders
// and files, the names of the public API, and in DESIGN.md allowed imports.
func TestPicturesNameWhatExists(t *testing.T) {
	public := map[string]bool{}
	for _, f := range parse(t, "../runtime/star", false) {
		for _, name := range exported(f) {
			public[name] = true
		}
	}
	found := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks("mermaid") {
			found++
			for _, name := range regexp.MustCompile(`[a-z]+(?:/[a-z]+)+`).FindAllString(b.text, -1) {
				if _, err := os.Stat(filepath.Join("..", name)); err != nil {
					t.Errorf("%s has a picture that names %s, which does not exist", p.path, name)
				}
			}
			for _, name := range regexp.MustCompile(`\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b`).FindAllString(b.text, -1) {
				if p.path == "../docs/handlers.md" && !public[name] {
					t.Errorf("%s has a picture that names %s, which is not in package star", p.path, name)
				}
			}
		}
	}
	if found < 4 {
		t.Errorf("found only %d pictures", found)
	}
	for _, m := range regexp.MustCompile(`(?m)^    (\w+) -->(?:\|[^|]*\|)? (\w+)$`).FindAllStringSubmatch(pageAt(t, "../DESIGN.md").blocks("mermaid")[0].text, -1) {
		from, to := m[1], strings.Replace(m[2], "wire", "runtime/wire", 1)
		if !roomImports(from, to) {
			t.Errorf("DESIGN.md draws %s importing %s, which the plan of imports does not have", from, to)
		}
	}
}

// roomImports reports whether a package of one room may import one of another.
func roomImports(from, to string) bool {
	in := func(dir, room string) bool { return dir == room || strings.HasPrefix(dir, room+"/") }
	for dir, allowed := range plan {
		if in(dir, from) && slices.ContainsFunc(allowed, func(other string) bool { return in(other, to) }) {
			return true
		}
	}
	return false
}

// TestREADMEIsOnePage keeps it short.
func TestREADMEIsOnePage(t *testing.T) {
	if words := len(strings.Fields(pageAt(t, "../README.md").text)); words > 1000 {
		t.Errorf("README.md has %d words, want at most 1,000", words)
	}
}

// TestREADMEShowsASample keeps its program, its template and its picture those of
// a sample, which other tests run.
func TestREADMEShowsASample(t *testing.T) {
	t.Parallel()
	readme := pageAt(t, "../README.md")
	for language, name := range map[string]string{"yaml": "template.yaml", "go": "main.go"} {
		text, err := os.ReadFile(filepath.Join("../samples/primes", name))
		if err != nil {
			t.Fatal(err)
		}
		want := string(text)
		if language == "go" {
			_, want, _ = strings.Cut(want, "\n") // the package comment
		}
		if got := readme.blocks(language)[0].text; got != want {
			t.Errorf("README.md's %s is not that of samples/primes:\n%s", name, got)
		}
	}
}

var update = flag.Bool("update", false, "write the picture and the output in README.md anew")

// TestREADMEsPictureIsDrawnByStarGraph compares it, or draws it anew.
func TestREADMEsPictureIsDrawnByStarGraph(t *testing.T) {
	drawn := star(t, "graph", "../samples/primes").stdout
	keep(t, pageAt(t, "../README.md"), "mermaid", drawn, func(shown string) bool { return shown == drawn })
}

// keep compares the first block of a language with what it should be or, with
// -update, writes it anew.
func keep(t *testing.T, p page, language, want string, same func(shown string) bool) {
	t.Helper()
	shown := p.blocks(language)[0].text
	switch {
	case same(shown):
	case *update:
		text := strings.Replace(p.text, "```"+language+"\n"+shown+"```", "```"+language+"\n"+want+"```", 1)
		if err := os.WriteFile(p.path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s shows\n%s\nand it is (run with -update to write it)\n%s", p.path, shown, want)
	}
}

// TestREADMEsOutputIsTrue runs what README.md shows and compares all but times.
func TestREADMEsOutputIsTrue(t *testing.T) {
	const command = "run samples/primes --data 20000"
	ran := star(t, "run", "../samples/primes", "--data", "20000")
	if ran.code != 0 {
		t.Fatalf("exit status %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	if n := strings.Count(ran.stderr, `"message":"searched"`); n != 20 {
		t.Errorf("%d windows were searched, want 20", n)
	}
	// The first log lines, and the table: the step's name and six counts a row.
	var logs []string
	for line := range strings.Lines(ran.stderr) {
		if strings.Contains(line, "searched") && len(logs) < 2 {
			logs = append(logs, line)
		}
	}
	table := regexp.MustCompile(`(?m) +$`).ReplaceAllString(ran.stdout, "")
	want := "$ go run ./cli/star " + command + "\n" + strings.Join(logs, "") + "…\n" + table
	counts := func(text string) (rows []string) {
		for line := range strings.Lines(text) {
			if fields := strings.Fields(line); len(fields) > 8 && (fields[0] == "plan" || fields[0] == "search") {
				rows = append(rows, strings.Join(fields[:7], " "))
			}
		}
		return rows
	}
	keep(t, pageAt(t, "../README.md"), "console", want, func(shown string) bool {
		return strings.HasPrefix(shown, "$ go run ./cli/star "+command+"\n") && len(counts(shown)) == 2 && slices.Equal(counts(shown), counts(want))
	})
}

// TestJobsInOtherLanguagesRun runs the README's job with the handlers that
// docs/handlers.md shows: its template, with the prototype of that language.
func TestJobsInOtherLanguagesRun(t *testing.T) {
	t.Parallel()
	page, template := pageAt(t, "../docs/handlers.md"), pageAt(t, "../README.md").blocks("yaml")[0].text
	prototype := regexp.MustCompile(`(?m)^  Code:.*\n(?:    .*\n)+`)
	if !prototype.MatchString(template) {
		t.Fatal("README.md's template has no prototype to replace")
	}
	for number, l := range []struct{ interpreter, language, file string }{
		{"node", "js", "primes.js"}, {"python3", "python", "primes.py"},
	} {
		t.Run(l.language, func(t *testing.T) {
			t.Parallel()
			needs(t, l.interpreter)
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "template.yaml"), prototype.ReplaceAllLiteralString(template, page.blocks("yaml")[number].text))
			writeFile(t, filepath.Join(dir, l.file), page.blocks(l.language)[0].text)
			ran := star(t, "run", dir, "--data", "20000")
			if ran.code != 0 || !regexp.MustCompile(`search +20 +20 +0 +0 +0 +0 `).MatchString(ran.stdout) || !strings.Contains(ran.stderr, "168 primes from 0 to 1000") {
				t.Errorf("exit status %d\n%s%s", ran.code, ran.stdout, ran.stderr)
			}
		})
	}
}

// TestConformanceRunsTheFaultSuite compares the number of seeds that docs/handlers.md
// promises with what scripts/conformance runs.
func TestConformanceRunsTheFaultSuite(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../scripts/conformance")
	if err != nil {
		t.Fatal(err)
	}
	runs := regexp.MustCompile(`(?m)^\s*seeds=(\d+)`).FindAllStringSubmatch(string(script), -1)
	promised := regexp.MustCompile("with ([\\d,]+) seeds, and `scripts/conformance --long` with ([\\d,]+)").FindStringSubmatch(pageAt(t, "../docs/handlers.md").text)
	if len(runs) != 2 || promised == nil {
		t.Fatalf("found %q in scripts/conformance and %q in docs/handlers.md", runs, promised)
	}
	for i, run := range runs {
		if promise := strings.ReplaceAll(promised[i+1], ",", ""); promise != run[1] {
			t.Errorf("docs/handlers.md promises %s seeds, and scripts/conformance runs %s", promise, run[1])
		}
	}
}
