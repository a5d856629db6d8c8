package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Handlers that ignore every signal: a process that they started keeps running, and
// their own process does not respond.
const (
	stubbornNode = `
const { spawn } = require('node:child_process')
exports.plan = () => {}
exports.work = (what, generate, { attempt }) => {
  if (attempt > 1) return
  spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' })
  console.log('hanging')
  if (what === 'kill') process.kill(process.ppid, 'SIGKILL')
  while (true);
}
`
	stubbornPython = `
import os, signal, subprocess, sys, threading, time

signal.signal(signal.SIGTERM, signal.SIG_IGN)

def plan(data, generate, context):
    pass

def work(what, generate, context):
    if context.attempt > 1:
        return
    subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"])
    threading.Thread(target=time.sleep, args=(600,)).start()
    print("hanging", flush=True)
    if what == "kill":
        os.kill(os.getppid(), signal.SIGKILL)
    while True:
        time.sleep(600)
`
)

// newStubbornRun prepares star run for a job with stubborn handlers.
func newStubbornRun(t *testing.T, interpreter string, args ...string) *starProcess {
	t.Helper()
	runtime, file, source := "nodejs18.x", "app.js", stubbornNode
	if interpreter == "python3" {
		runtime, file, source = "python3.9", "app.py", stubbornPython
	}
	if ok, _ := hasInterpreter(interpreter); !ok {
		t.Skip(interpreter + " is missing or too old")
	}
	p := newStarRun(t, "src", append([]string{"--step", "work"}, args...)...)
	template := strings.NewReplacer("CODE", "src", "Handler: bootstrap", "Handler: app.plan", "provided.al2023", runtime).Replace(runTemplate)
	if err := errors.Join(
		os.Mkdir(filepath.Join(p.dir, "src"), 0o700),
		os.WriteFile(filepath.Join(p.dir, "src", file), []byte(source), 0o600),
		os.WriteFile(filepath.Join(p.dir, "template.yaml"), []byte(template), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestHandlersInOtherLanguagesLeaveNothing ends runs while handlers ignore every
// signal, in every way that a run, a host and a dispatcher can end.
func TestHandlersInOtherLanguagesLeaveNothing(t *testing.T) {
	t.Parallel()
	for _, interpreter := range []string{"node", "python3"} {
		t.Run(interpreter+" is cut off", func(t *testing.T) {
			t.Parallel()
			newStubbornRun(t, interpreter).runAndWait(0, `hanging`, `work +[2-9] +1 +[1-9] +0 +0 `)
		})
		t.Run(interpreter+" loses its dispatcher", func(t *testing.T) {
			t.Parallel()
			newStubbornRun(t, interpreter, "--data", `"kill"`).runAndWait(0, `hanging`, `work +[2-9] +1 +[1-9] +0 +0 `)
		})
		t.Run(interpreter+" is interrupted", func(t *testing.T) {
			t.Parallel()
			p := newStubbornRun(t, interpreter, "--json")
			from := p.start()
			p.readUntil(from, "hanging")
			if err := p.command.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			p.readUntil(from, `"ended"`)
			p.wait(130)
		})
	}
}
