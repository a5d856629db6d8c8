package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// machine describes the machine that is measured.
func machine() string {
	return fmt.Sprintf("%s, %d cores, %s/%s, %s", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// processor returns the model of the CPU, as Linux reports it.
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

// load returns the machine's load average over the last minute, as Linux reports it. On
// a busy machine, figures are lower and only ratios count.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// document returns the page with the table.
func document(table, machine string, began time.Time, took time.Duration) string {
	return fmt.Sprintf(introduction, machine, began.Format("2 January 2006"), loadBefore, took.Round(time.Second)) + table + explanation
}

// loadBefore is the load before anything was measured.
var loadBefore = load()

const introduction = `# Benchmarks

Written by scripts/bench; do not edit. Machine: %s. Date: %s. Load before the run: %s. Duration: %v.

Clients and servers share the machine, and peers take turns in the same run. So look at the ratios first.

`

const explanation = `
- **Generating**: one handler generates items of 100 bytes, in a process behind the Runtime API. The queue service is a minimal server: it parses each request, computes the digest of each body, and responds. The peer is the SDK, which sends entries with the same content that are ready before the measurement starts. It uses SendMessageBatch on as many connections as StarJob had on average, or SendMessage, one after another. The figures are medians of the rounds.
- **CPU an item**: the CPU time of the entire sending process per item.
- **Memory**: the peak of the process (VmHWM), which starts, generates, and ends its only invocation.
- **Dispatching**: one invocation of an empty handler, from the bytes of the event to the bytes of the response. Its item is a small object, and logs and metrics have their defaults. The plain handler accepts events.SQSEvent with aws-lambda-go, decodes each body with encoding/json, and reports failures.
- **Start**: the time from the start of the process to its first request for work. The peer is the smallest function with aws-lambda-go. Both are built as for deployment (stripped, lambda.norpc).
- **The macro**: the expansion of a template from string to string, in the fastest of 200 rounds. The peer is the fastest of 10 rounds of SAM's translator. The large template has one job of 80 steps, each of which may generate for all steps, and enough other resources for 500 in total.
- **Queue**: StarJob's local SQS, in a separate process on the loopback interface. For 0.6 s, clients send 100-byte messages in batches of ten, up to 100,000 messages. Then they receive all of them, and then delete them. Each figure is the median of seven rounds after a warm-up round. The servers take turns, and each round starts with a different one. If a server's warm-up round takes more than 3 s, that round is its only measurement. Clients neither sign requests nor check responses, because an SDK would take most of the time and hide the differences. A single client uses a single processor. The stub uses the same HTTP server; it decodes each request, computes the hashes that SDKs compare, responds, and stores nothing. All use the JSON protocol except goaws, which only has SQS's older Query protocol.
- **star run**: the time from starting the job with one item, which generates the rest, until all queues are empty. The functions are the programs of the job above, with an empty handler. The peer runs the same number of function processes in a minimal loop. It passes generated items through a Go channel into the next event, and stores, times, counts, receives and deletes nothing. Memory is the peak of the star process; the figure next to it is the sum of the peaks of the function processes.
- **Idle**: star run --keep with its functions, for ten seconds after a run.
- **JavaScript and Python**: an empty handler in StarJob's layer, started through the wrapper as in Lambda. The dispatcher is a Go program, and the interpreter another process. The plain function implements the Runtime API itself, decodes each body, and reports failures. Times are medians of invocations, and CPU is the CPU time of all processes. The SDK's senders are in the same language, on as many connections as StarJob had on average. Cold start is the time from the start of the process to its first request for work.
`
