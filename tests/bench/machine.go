package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// machine describes what the figures come from.
func machine() string {
	return fmt.Sprintf("%s, %d cores, %s/%s, %s", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// processor is the CPU's model, as Linux tells it.
func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "a processor of unknown model"
	}
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "a processor of unknown model"
}

// load is the machine's load average over the last minute, as Linux tells it:
// with other work beside them, figures are lower and only ratios count.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// document is the page that keeps the table.
func document(table, machine string, began time.Time, took time.Duration) string {
	return fmt.Sprintf(introduction, machine, began.Format("2 January 2006"), loadBefore, took.Round(time.Second)) + table + explanation
}

// loadBefore is the load before anything was measured.
var loadBefore = load()

const introduction = `# Benchmarks

Written by scripts/bench; do not edit. Machine: %s. %s; load before the run %s; took %v.

The client and what answers it share the machine, and peers run in turns in the same run, so look at ratios first.

`

const explanation = `
- **Generating** is one handler that generates items of 100 bytes, as a process behind the Runtime API; the queue service only answers (it does parse each request and digest each body). Beside it the SDK sends entries that are ready before the clock starts, and which have the same content: with SendMessageBatch on as many connections as StarJob had on average, or with SendMessage, one after another. Medians of the rounds.
- **CPU an item** is the whole sending process's.
- **Memory** is the peak of the process (VmHWM), which starts, generates and ends its only invocation.
- **Dispatching** is one invocation, from the event's bytes to the answer's, of an empty handler whose item is a small object, with logs and metrics as they are by default. The plain handler takes events.SQSEvent by way of aws-lambda-go, decodes each body with encoding/json and reports failures.
- **Start** is from starting the process to its first request for work. The peer is the least function that aws-lambda-go allows; both are built as for deployment (stripped, lambda.norpc).
- **The macro** expands from text to text, in the fastest of 200 rounds, beside the fastest of 10 of SAM's. Its large template is one job of 80 steps, each free to generate for all, and other resources to make 500.
- **Queue** is the local queue server in a process of its own, on loopback: batches of ten messages of 100 bytes, sent for 0.6 s (but 100,000 at most), then all received, then all deleted; medians of seven rounds after one for warming up, in which the servers take turns, each round beginning with another (one that takes over 3 s for a round has it alone). Clients are bare: they neither sign nor check, because an SDK would take most of the time and hide what a server does. One client keeps to one processor. The stub is behind the same HTTP server; it decodes each request, hashes what SDKs compare, answers, and keeps nothing. All speak the JSON protocol except goaws, which has only SQS's older Query protocol.
- **star run** is from the kick-off of one item, whose handler generates the others, until all queues are empty; the functions are programs of the job above, and its handler is empty. Beside it the same programs run, as many of each, behind the least loop that can be: what is generated goes through a Go channel into the next event, and nothing is kept, timed, counted, received or deleted. Memory is the peak of star; beside it the peaks of the functions' processes, added up.
- **Idle** is star run --keep with its functions for ten seconds, after a run.
- **JavaScript and Python**: an empty handler in StarJob's layer, from the wrapper on, as Lambda starts it: its dispatcher is a Go program, and the interpreter another process. The plain function speaks the Runtime API itself, decodes each body and reports failures. Times are medians of invocations; CPU is of all processes. The SDK's senders are in the same language, on as many connections as StarJob had on average. Cold start is from starting the process to its first request for work.
`
