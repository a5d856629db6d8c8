package main

import (
	"fmt"
	"time"
)

// starts is how often each program is started.
const starts = 40

// jobEnvironment is what the macro gives the functions of the job.
func jobEnvironment(service string) []string {
	return []string{
		"AWS_ENDPOINT_URL_SQS=" + service, "STAR_HANDLER=plan", "STAR_JOB=Bench", "STAR_STEP=plan", "STAR_QUEUE=" + service + "/1/plan",
		"STAR_QUEUES=work=" + service + "/1/work", "STAR_DEAD_LETTER_QUEUE=" + service + "/1/dead",
	}
}

// coldStart is a job's start, and its size.
func coldStart(p programs) ([]row, error) {
	var ours, theirs []time.Duration
	for range starts {
		for name, all := range map[string]*[]time.Duration{"job": &ours, "hello": &theirs} {
			took, err := p.starts(name)
			if err != nil {
				return nil, err
			}
			*all = append(*all, took)
		}
	}
	size, err := p.size("job")
	if err != nil {
		return nil, err
	}
	hello, err := p.size("hello")
	if err != nil {
		return nil, err
	}
	ratio := float64(median(ours)) / float64(median(theirs))
	return []row{
		{"Cold start of a two-step job", milliseconds(median(ours)), "hello world: " + milliseconds(median(theirs)), times(ratio), "≤ 1.3", ratio <= 1.3},
		{"Size of a two-step job, stripped", megabytes(size), "hello world: " + megabytes(hello), times(float64(size) / float64(hello)), "< 12 MB", size < 12e6},
	}, nil
}

func (p programs) starts(name string) (time.Duration, error) {
	f, err := startFunction([]string{p.path(name)}, jobEnvironment("http://127.0.0.1:9")...)
	if err != nil {
		return 0, err
	}
	defer f.stop()
	return f.firstPoll()
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}
