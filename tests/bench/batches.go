package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"
)

// worked is the cost of an invocation with a batch.
type worked struct{ took, cpu time.Duration } // of one

// dispatching compares an empty handler behind the dispatcher with the simplest
// function in the same language.
func (l *language) dispatching() ([]row, error) {
	var rows []row
	for _, c := range []struct{ items, invocations int }{{10, 1000}, {1000, 60}} {
		ours, _, err := l.start(l.ours)
		if err != nil {
			return nil, err
		}
		defer ours.stop()
		theirs, _, err := l.start(l.plain)
		if err != nil {
			return nil, err
		}
		defer theirs.stop()
		event := sqsBatch(c.items)
		var our, their []worked
		for round := range 2*rounds + 1 {
			for f, all := range map[*function]*[]worked{ours: &our, theirs: &their} {
				w, err := f.works(event, c.invocations)
				if err != nil {
					return nil, err
				}
				if round > 0 { // the first one is for warming up
					*all = append(*all, w)
				}
			}
		}
		figure := func(all []worked, of func(worked) time.Duration) float64 {
			return float64(medianOf(all, of).Nanoseconds()) / 1000 / float64(c.items)
		}
		took, cpu := func(w worked) time.Duration { return w.took }, func(w worked) time.Duration { return w.cpu }
		ratio := figure(our, took) / figure(their, took)
		what := fmt.Sprintf("%s: dispatch, batch of %s", l.name, grouped(c.items))
		rows = append(rows,
			row{what + ": time an item", fmt.Sprintf("%.1f µs", figure(our, took)), fmt.Sprintf("plain function: %.1f µs", figure(their, took)), times(ratio), l.goal, ratio <= 1.5},
			row{what + ": CPU an item", fmt.Sprintf("%.1f µs", figure(our, cpu)), fmt.Sprintf("plain function: %.1f µs", figure(their, cpu)), times(figure(our, cpu) / figure(their, cpu)), "", false})
	}
	return rows, nil
}

// start starts a function with an empty handler, and returns the time until its first
// request for work.
func (l *language) start(command []string) (*function, time.Duration, error) {
	root, err := filepath.Abs(handlers)
	if err != nil {
		return nil, 0, err
	}
	f, err := startFunction(command, append(jobEnvironment("http://127.0.0.1:9"), "STAR_HANDLER=job.work", "LAMBDA_TASK_ROOT="+root)...)
	if err != nil {
		return nil, 0, err
	}
	took, err := f.firstPoll()
	return f, took, err
}

// works invokes a function repeatedly.
func (f *function) works(event []byte, invocations int) (w worked, err error) {
	before := f.cpu()
	var took []time.Duration
	for range invocations {
		answer, d, err := f.invoke(event)
		if err != nil {
			return w, err
		}
		if string(answer) != noFailures {
			return w, fmt.Errorf("the function returned %s", answer)
		}
		took = append(took, d)
	}
	return worked{median(took), (f.cpu() - before) / time.Duration(invocations)}, nil
}

// cpu returns the CPU time of the process and its child processes.
func (f *function) cpu() time.Duration {
	pid := f.process.Process.Pid
	sum := cpuTime(pid)
	for _, child := range children(pid) {
		sum += cpuTime(child)
	}
	return sum
}

// sqsBatch returns Lambda's event for a number of messages.
func sqsBatch(items int) []byte {
	var batch struct{ Records []map[string]any }
	for i := range items {
		var one struct{ Records []map[string]any }
		json.Unmarshal(sqsEvent(fmt.Sprintf(`{"n":%d,"text":"some text"}`, i)), &one)
		one.Records[0]["messageId"] = fmt.Sprintf("059f36b4-87a3-44ab-83d2-%012d", i)
		batch.Records = append(batch.Records, one.Records...)
	}
	event, _ := json.Marshal(batch)
	return event
}

// starting compares the time from a process's start to its first poll.
func (l *language) starting() ([]row, error) {
	const starts = 15
	var ours, theirs []time.Duration
	for range starts {
		for _, c := range []struct {
			command []string
			all     *[]time.Duration
		}{{l.ours, &ours}, {l.plain, &theirs}} {
			f, took, err := l.start(c.command)
			if err != nil {
				return nil, err
			}
			f.stop()
			*c.all = append(*c.all, took)
		}
	}
	ratio := float64(median(ours)) / float64(median(theirs))
	return []row{{l.name + ": cold start", milliseconds(median(ours)), "plain function: " + milliseconds(median(theirs)), times(ratio), "", false}}, nil
}
