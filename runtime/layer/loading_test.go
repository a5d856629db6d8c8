//go:build unix

package layer_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHandlerNamesOfAllForms loads handlers with names in all forms that Lambda allows.
func TestHandlerNamesOfAllForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		language
		handler string
	}{
		{node, "exports.jobs.scan"},
		{node, "src/jobs/replay.scan"},
		{node, "lib.scan"},
		{node, "own.scan"},
		{node, "typed/module.scan"},
		{python, "pkg.jobs.scan"},
		{python, "pkg/jobs.scan"},
		{python, "pkg.scan"},
	} {
		t.Run(c.handler, func(t *testing.T) {
			t.Parallel()
			if got := c.start(t, c.handler).run(1, "7"); fmt.Sprint(got) != "[G a 7 D]" {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestLoadErrorsSayWhatExistsAndWhatHelps checks that errors name the existing folder,
// files or functions, and have a hint.
func TestLoadErrorsSayWhatExistsAndWhatHelps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		language
		handler, name, message, hint string
	}{
		{node, "cases", "HandlerNotFound", `invalid handler name: "cases" (allowed: file.function`, ""},
		{node, "case.handler", "HandlerNotFound", "case.js, .mjs or .cjs; ROOT has cases.js, exports.js, missing.js, module.mjs, odd.js, syntax.cjs; did you mean cases?", ""},
		{node, "src/job/replay.scan", "HandlerNotFound", "the folder ROOT/src/job does not exist", ""},
		{node, "exports.jobs.scann", "HandlerNotFound", "exports.js has no jobs.scann; it exports plan, jobs.scan; did you mean jobs.scan?", ""},
		{node, "exports.jobs", "HandlerNotFound", "exports.js exports jobs, which is not a function; it exports plan, jobs.scan", ""},
		{node, "typed/module.scam", "HandlerNotFound", "module.js has no scam; it exports scan; did you mean scan?", ""},
		{node, "missing.handler", "Error", "Cannot find module 'no-such-package'", "run npm install in ROOT (sam build runs it for deployments)"},
		{node, "typed/missing.handler", "Error", "Cannot find package 'no-such-package'", "run npm install in ROOT"},
		{node, "src/jobs/sdk.handler", "Error", "Cannot find module '@aws-sdk/no-such-client'", "run npm install @aws-sdk/no-such-client in ROOT or a parent folder; Lambda's Node.js runtime"},
		{node, "syntax.handler", "SyntaxError", "Unexpected", ""},
		{python, "cases", "HandlerNotFound", `invalid handler name: "cases" (allowed: module.function`, ""},
		{python, "plane.handler", "HandlerNotFound", "handler module not found: plane; ROOT has coroutines, decorated, missing, odd, pkg, plain, syntax; did you mean plain?", ""},
		{python, "pkj.jobs.scan", "HandlerNotFound", "the folder ROOT/pkj does not exist", ""},
		{python, "pkg.jobs.scann", "HandlerNotFound", "jobs.py has no scann; it has scan; did you mean scan?", ""},
		{python, "pkg.jobs.LIMIT", "HandlerNotFound", "jobs.py has LIMIT, which is not a function; it has scan", ""},
		{python, "pkg.jobs.each", "HandlerNotFound", "each is a generator function, which never runs", ""},
		{python, "missing.handler", "ModuleNotFoundError", "No module named 'no_such_package'", "run pip install -r requirements.txt in ROOT"},
		{python, "pkg.sdk.handler", "ModuleNotFoundError", "No module named 'boto3", "run pip install boto3; Lambda's Python runtime"},
		{python, "syntax.handler", "SyntaxError", "", ""},
	} {
		t.Run(c.handler, func(t *testing.T) {
			t.Parallel()
			d := c.spawn(t, c.handler)
			f := d.next()
			if f.kind != 'E' {
				t.Fatalf("got %v", f)
			}
			root := rootOf(t, c.language)
			e := f.failure()
			if e.Name != c.name || !strings.Contains(e.Message, strings.ReplaceAll(c.message, "ROOT", root)) {
				t.Errorf("got %s: %s, want %s: %s", e.Name, e.Message, c.name, c.message)
			}
			if want := strings.ReplaceAll(c.hint, "ROOT", root); !strings.HasPrefix(e.Hint, want) || want == "" && e.Hint != "" {
				t.Errorf("got the hint %q, want %q", e.Hint, want)
			}
			if c.name == "SyntaxError" && (!strings.Contains(e.Stack, "syntax.") || strings.Contains(e.Stack, "importlib")) {
				t.Errorf("the stack is not that of the file: %s", e.Stack)
			}
			if f, err := d.read(); err == nil {
				t.Errorf("got %v after the error", f)
			}
			if err := d.cmd.Wait(); err == nil || err.Error() != "exit status 1" {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

// TestESModulesAreRecognized: only ES modules need the hook, which costs
// time.
func TestESModulesAreRecognized(t *testing.T) {
	t.Parallel()
	node.require(t)
	opt, err := layerDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	sources := []struct {
		text   string
		module bool
	}{
		{"exports.handler = () => {}", false},
		{"module.exports = { handler() {} }", false},
		{"const later = () => import('x')\nimport('y')", false},
		{"importance = 1; exportation = 2", false},
		{"import x from 'x'", true},
		{"import{x}from'x'", true},
		{"import 'x'", true},
		{"import * as x from 'x'", true},
		{"'use strict'\n  export const handler = 1", true},
		{"export{x}", true},
		{"export default () => {}", true},
	}
	program := "import { isModule } from 'file://" + filepath.ToSlash(opt) + "/nodejs/node_modules/starjob/kind.js'\n" +
		"console.log(process.argv.slice(1).map(isModule).join(' '))"
	args := []string{"--input-type=module", "-e", program}
	var want []string
	for i, s := range sources {
		name := filepath.Join(dir, fmt.Sprintf("%d.js", i))
		if err := os.WriteFile(name, []byte(s.text), 0o644); err != nil {
			t.Fatal(err)
		}
		args, want = append(args, name), append(want, fmt.Sprint(s.module))
	}
	got, err := exec.Command(node.interpreter, args...).Output()
	if err != nil || strings.TrimSpace(string(got)) != strings.Join(want, " ") {
		t.Errorf("%v, got %s, want %v", err, got, want)
	}
}
