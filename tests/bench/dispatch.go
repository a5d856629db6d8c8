package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// dispatchRounds is the number of rounds in which the peers take turns.
const dispatchRounds = 15

// dispatch runs the benchmark of package star, which uses internal functions.
func dispatch(p programs) ([]row, error) {
	out, err := exec.Command("go", "test", "-c", "-o", p.path("star.test"), "./runtime/star").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	for range dispatchRounds {
		more, err := exec.Command(p.path("star.test"), "-test.run", "^$", "-test.bench", "^BenchmarkDispatch$", "-test.benchtime", "100ms").CombinedOutput()
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
		rows = append(rows, perItem(fmt.Sprintf("Dispatch, batch of %s: time an item", grouped(items)), median(ours)/1000, median(theirs)/1000, items))
	}
	return rows, nil
}

// perItem compares two times of a batch, in microseconds.
func perItem(what string, ours, theirs float64, items int) row {
	n := float64(items)
	return row{
		what: what, measured: fmt.Sprintf("%.1f µs", ours/n), beside: fmt.Sprintf("plain handler: %.1f µs", theirs/n),
		ratio: times(ours / theirs), goal: "≤ 1.3", reached: ours <= 1.3*theirs,
	}
}

// invocations reads the lines of a benchmark: the nanoseconds of one invocation of
// a batch.
func invocations(output []byte, name string, items int) []float64 {
	line := regexp.MustCompile(fmt.Sprintf(`(?m)^BenchmarkDispatch/%s/%d(?:-\d+)?\s+\d+\s+([\d.]+) ns/op`, name, items))
	var all []float64
	for _, match := range line.FindAllSubmatch(output, -1) {
		nanoseconds, _ := strconv.ParseFloat(string(match[1]), 64)
		all = append(all, nanoseconds)
	}
	return all
}
