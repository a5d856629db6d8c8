package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// sending is the result of sending many items.
type sending struct {
	items       int
	took        time.Duration
	cpu         time.Duration // of the sender
	memory      int64         // peak of the sender, in bytes
	connections int           // in use, on average
}

func (s sending) perSecond() float64 { return float64(s.items) / s.took.Seconds() }

func (s sending) cpuPerItem() float64 { return float64(s.cpu.Microseconds()) / float64(s.items) }

func (s sending) atOnce() int { return s.connections }

// rounds is the number of rounds in which the peers take turns.
const rounds = 3

// generateNear sends over loopback to a service that responds at once.
func generateNear(p programs) ([]row, error) {
	var ours, batches, singles []sending
	for range rounds {
		o, err := p.generates(1_000_000, 0)
		if err != nil {
			return nil, err
		}
		b, err := p.sends("batch", 300_000, o.connections, 0)
		if err != nil {
			return nil, err
		}
		s, err := p.sends("single", 10_000, 1, 0)
		if err != nil {
			return nil, err
		}
		ours, batches, singles = append(ours, o), append(batches, b), append(singles, s)
	}
	rate, batch, single := medianOf(ours, sending.perSecond), medianOf(batches, sending.perSecond), medianOf(singles, sending.perSecond)
	cpu, batchCPU := medianOf(ours, sending.cpuPerItem), medianOf(batches, sending.cpuPerItem)
	at := fmt.Sprintf(" (%d connections)", medianOf(ours, sending.atOnce))
	return []row{
		{"Generating 1,000,000 items, service near", perSecond(rate) + at, "SDK, ready batches: " + perSecond(batch), times(rate / batch), "≥ 0.9", rate >= 0.9*batch},
		{"Generating, service near: CPU an item", fmt.Sprintf("%.1f µs", cpu), fmt.Sprintf("SDK, ready batches: %.1f µs", batchCPU), times(cpu / batchCPU), "", false},
		{"Generating, service near", perSecond(rate), "SDK, one after another: " + perSecond(single), times(rate / single), "≥ 20", rate >= 20*single},
	}, nil
}

// generateFar sends to a service that takes 8 ms per call, as over a network.
func generateFar(p programs) ([]row, error) {
	const latency = 8 * time.Millisecond
	var ours, theirs []sending
	for range rounds {
		o, err := p.generates(300_000, latency)
		if err != nil {
			return nil, err
		}
		t, err := p.sends("batch", 200_000, o.connections, latency)
		if err != nil {
			return nil, err
		}
		ours, theirs = append(ours, o), append(theirs, t)
	}
	rate, peer := medianOf(ours, sending.perSecond), medianOf(theirs, sending.perSecond)
	at := fmt.Sprintf(" (%d connections)", medianOf(ours, sending.atOnce))
	return []row{{"Generating, service 8 ms away", perSecond(rate) + at, "SDK, ready batches: " + perSecond(peer), times(rate / peer), "≥ 60,000/s", rate >= 60_000}}, nil
}

// generateMany measures memory.
func generateMany(p programs) ([]row, error) {
	const items = 10_000_000
	o, err := p.generates(items, 0)
	if err != nil {
		return nil, err
	}
	return []row{{"Peak memory, generating " + grouped(items) + " items", megabytes(o.memory), "", "", "< 64 MB", o.memory > 0 && o.memory < 64e6}}, nil
}

// sqsEvent returns Lambda's event for one message.
func sqsEvent(body string) []byte {
	event, _ := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", "body": body,
		"attributes":        map[string]any{"ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183"},
		"messageAttributes": map[string]any{}, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:plan", "awsRegion": "eu-west-1",
	}}})
	return event
}

// generates makes the job's step plan generate items.
func (p programs) generates(items int, latency time.Duration) (sending, error) {
	return generates([]string{p.path("job")}, "plan", strconv.Itoa(items), items, latency)
}

// generates makes a handler generate items.
func generates(command []string, handler, data string, items int, latency time.Duration, env ...string) (s sending, err error) {
	service, err := newService(latency)
	if err != nil {
		return s, err
	}
	defer service.close()
	f, err := startFunction(command, append(append(jobEnvironment(service.url()), "STAR_HANDLER="+handler), env...)...)
	if err != nil {
		return s, err
	}
	defer func() { s.cpu = f.stop() }()
	if _, err := f.firstPoll(); err != nil {
		return s, err
	}
	answer, took, err := f.invoke(sqsEvent(data))
	if err != nil {
		return s, err
	}
	if got := string(answer); got != noFailures || service.items.Load() != int64(items) {
		return s, fmt.Errorf("the job returned %s, and the service accepted %d of %d items", got, service.items.Load(), items)
	}
	return sending{items: items, took: took, memory: peakMemory(f.process.Process.Pid), connections: service.connections()}, nil
}

// noFailures is the response to a batch without failures.
const noFailures = `{"batchItemFailures":[]}`

// sends sends items with the SDK, one or ten in each call.
func (p programs) sends(mode string, items, connections int, latency time.Duration) (sending, error) {
	return sends(items, connections, latency, p.path("sender"), mode, strconv.Itoa(items), strconv.Itoa(connections))
}

// sends runs a command that sends items.
func sends(items, connections int, latency time.Duration, name string, args ...string) (sending, error) {
	service, err := newService(latency)
	if err != nil {
		return sending{}, err
	}
	defer service.close()
	command := exec.Command(name, args...)
	command.Env = []string{"AWS_ENDPOINT_URL_SQS=" + service.url(), "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "NODE_NO_WARNINGS=1", "STAR_QUEUE=" + service.url() + "/1/work",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=token"}
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return sending{}, err
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		return sending{}, err
	}
	if got := service.items.Load(); got != int64(items) {
		return sending{}, fmt.Errorf("the service accepted %d of %d items", got, items)
	}
	return sending{
		items: items, took: time.Duration(seconds * float64(time.Second)), connections: service.connections(),
		cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime(),
	}, nil
}
