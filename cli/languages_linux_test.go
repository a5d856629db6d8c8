package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What handlers do that heed nothing: a process that they started stays, and
// their own does not answer.
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

// stubborn is a trial of a job whose handlers are in another language than Go.
func stubborn(t *testing.T, interpreter string, args ...string) *trial {
	t.Helper()
	runtime, file, source := "nodejs18.x", "app.js", stubbornNode
	if interpreter == "python3" {
		runtime, file, source = "python3.9", "app.py", stubbornPython
	}
	if here, _ := hasInterpreter(interpreter); !here {
		t.Skip(interpreter + " is not here")
	}
	c := newTrial(t, "src", append([]string{"--step", "work"}, args...)...)
	template := strings.NewReplacer("CODE", "src", "Handler: bootstrap", "Handler: app.plan", "provided.al2023", runtime).Replace(trialTemplate)
	if err := errors.Join(
		os.Mkdir(filepath.Join(c.dir, "src"), 0o700),
		os.WriteFile(filepath.Join(c.dir, "src", file), []byte(source), 0o600),
		os.WriteFile(filepath.Join(c.dir, "template.yaml"), []byte(template), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestHandlersInOtherLanguagesLeaveNothing ends runs in the middle of the work of
// hosts that heed nothing, in every way in which a run, a host and a dispatcher
// end.
func TestHandlersInOtherLanguagesLeaveNothing(t *testing.T) {
	t.Parallel()
	for _, interpreter := range []string{"node", "python3"} {
		t.Run(interpreter+" is cut off", func(t *testing.T) {
			t.Parallel()
			stubborn(t, interpreter).ends(0, `hanging`, `work +[2-9] +1 +[1-9] +0 +0 `)
		})
		t.Run(interpreter+" loses its dispatcher", func(t *testing.T) {
			t.Parallel()
			stubborn(t, interpreter, "--data", `"kill"`).ends(0, `hanging`, `work +[2-9] +1 +[1-9] +0 +0 `)
		})
		t.Run(interpreter+" is interrupted", func(t *testing.T) {
			t.Parallel()
			c := stubborn(t, interpreter, "--json")
			from := c.starts()
			c.until(from, "hanging")
			if err := c.command.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			c.until(from, `"ended"`)
			c.ended(130)
		})
	}
}
