package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// dispatchRounds is how often the peers take turns.
const dispatchRounds = 15

// dispatch runs the benchmark of package star, whose entry is internal.
func dispatch(p programs) ([]row, error) {
	out, err := exec.Command("go", "test", "-c", "-o", p.path("star.test"), "./runtime/star").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	for range dispatchRounds {
		more, err := exec.Command(p.path("star.test"), "-test.run", "^$", "-test.bench", "^BenchmarkDispatch$", "-test.benchmem", "-test.benchtime", "100ms").CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, more)
		}
		out = append(out, more...)
	}
	var rows []row
	for _, items := range []int{10, 1000} {
		ours, theirs := invocations(out, "starjob", items), invocations(out, "plain", items)
		if len(ours) == 0 || len(theirs) == 0 {
			return nil, fmt.Errorf("no figures for %d items in: %s", items, out)
		}
		time := func(i invocation) float64 { return i.nanoseconds }
		allocations := func(i invocation) float64 { return i.allocations }
		rows = append(rows,
			perItem(fmt.Sprintf("Dispatch, batch of %s: time an item", grouped(items)), " µs", medianOf(ours, time)/1000, medianOf(theirs, time)/1000, items),
			perItem(fmt.Sprintf("Dispatch, batch of %s: allocations an item", grouped(items)), "", medianOf(ours, allocations), medianOf(theirs, allocations), items))
	}
	return rows, nil
}

func perItem(what, unit string, ours, theirs float64, items int) row {
	n := float64(items)
	return row{
		what: what, measured: fmt.Sprintf("%.1f%s", ours/n, unit), beside: fmt.Sprintf("plain handler: %.1f%s", theirs/n, unit),
		ratio: times(ours / theirs), goal: "≤ 1.3", reached: ours <= 1.3*theirs,
	}
}

// invocation is what one invocation of a batch costs.
type invocation struct{ nanoseconds, allocations float64 }

// invocations reads the lines of a benchmark.
func invocations(output []byte, name string, items int) []invocation {
	line := regexp.MustCompile(fmt.Sprintf(`(?m)^BenchmarkDispatch/%s/%d(?:-\d+)?\s+\d+\s+([\d.]+) ns/op\s+\d+ B/op\s+(\d+) allocs/op`, name, items))
	var all []invocation
	for _, match := range line.FindAllSubmatch(output, -1) {
		nanoseconds, _ := strconv.ParseFloat(string(match[1]), 64)
		allocations, _ := strconv.ParseFloat(string(match[2]), 64)
		all = append(all, invocation{nanoseconds, allocations})
	}
	return all
}
