package main

import (
	"fmt"
	"time"
)

// runItems is the number of items that one item of the first step generates.
const runItems = 200_000

// outcome is the result of running the job once.
type outcome struct {
	took              time.Duration
	memory, functions int64 // peaks, of star and of the functions together
}

func (o outcome) perSecond() float64 { return runItems / o.took.Seconds() }

// runs measures star run next to the smallest possible loop.
func runs(p programs) ([]row, error) {
	var rows []row
	for _, batch := range []int{10, 1000} {
		ours, err := p.runs(batch)
		if err != nil {
			return nil, err
		}
		limit, err := p.loops(batch)
		if err != nil {
			return nil, err
		}
		what := fmt.Sprintf("star run, %s items in batches of %s", grouped(runItems), grouped(batch))
		ratio := ours.perSecond() / limit.perSecond()
		rows = append(rows,
			row{what, perSecond(ours.perSecond()), "least loop: " + perSecond(limit.perSecond()), times(ratio), "≥ 0.5", ratio >= 0.5},
			row{what + ": peak memory", megabytes(ours.memory), "its functions: " + megabytes(ours.functions), "", "< 512 MB", ours.memory > 0 && ours.memory < 512e6})
	}
	return rows, nil
}

func (p programs) runs(batch int) (o outcome, err error) {
	r, err := p.startRun(runItems, batch)
	if err != nil {
		return o, err
	}
	if o.took, err = r.drained(); err != nil {
		r.process.Process.Kill()
		return o, err
	}
	star := r.process.Process.Pid
	o.memory = peakMemory(star)
	for _, child := range children(star) {
		o.functions += peakMemory(child)
	}
	return o, r.stop()
}

// idleFor is how long an idle run is measured.
const idleFor = 10 * time.Second

// idle measures the cost of star run while nothing happens.
func idle(p programs) ([]row, error) {
	r, err := p.startRun(100, 10)
	if err != nil {
		return nil, err
	}
	if _, err := r.drained(); err != nil {
		r.process.Process.Kill()
		return nil, err
	}
	used := func() (sum time.Duration) {
		for _, pid := range append(children(r.process.Process.Pid), r.process.Process.Pid) {
			sum += cpuTime(pid)
		}
		return sum
	}
	before := used()
	time.Sleep(idleFor)
	share := 100 * float64(used()-before) / float64(idleFor)
	return []row{{"star run --keep and its functions, idle", fmt.Sprintf("%.1f %% of a core", share), "", "", "< 1 %", share < 1}}, r.stop()
}
