package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// largeSteps and largeOthers make a template of 500 resources.
const largeSteps, largeOthers = 80, 17

// macro measures the expansion, in a process and from the start of a process.
func macro(p programs) ([]row, error) {
	expanding, err := expandLarge()
	if err != nil {
		return nil, err
	}
	starting, err := p.firstAnswers()
	if err != nil {
		return nil, err
	}
	return append(expanding, starting...), nil
}

func expandLarge() ([]row, error) {
	source := fragment(largeSteps, largeOthers)
	text, expanded, err := expandText(source)
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for range 200 {
		began := time.Now()
		if _, _, err := expandText(source); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	ours := slices.Min(took) // only other work on the machine makes it slower
	r := row{
		what:     fmt.Sprintf("Macro: expanding to %d resources", resources(expanded)),
		measured: milliseconds(ours), goal: "< 10 ms", reached: ours < 10*time.Millisecond,
	}
	r.beside, r.ratio = compareWithSAM(text, ours)
	return []row{r}, nil
}

// compareWithSAM measures SAM's translator with the same template.
func compareWithSAM(text string, ours time.Duration) (beside, ratio string) {
	const python = ".tools/venv/bin/python"
	if _, err := os.Stat(python); err != nil {
		return "SAM translator: not installed", ""
	}
	command := exec.Command(python, "tests/bench/sam.py")
	command.Stdin = strings.NewReader(text)
	out, err := command.Output()
	if err != nil {
		return "SAM translator: failed", ""
	}
	seconds, err := strconv.ParseFloat(string(bytes.TrimSpace(out)), 64)
	if err != nil {
		return "SAM translator: failed", ""
	}
	theirs := time.Duration(seconds * float64(time.Second))
	return "SAM translator: " + milliseconds(theirs), times(float64(ours) / float64(theirs))
}

// firstAnswers measures the time from the macro's start to its first response.
func (p programs) firstAnswers() ([]row, error) {
	small, large := []byte(macroEvent(2, 5)), []byte(macroEvent(largeSteps, largeOthers))
	var ours, theirs, big []time.Duration
	var memory int64
	for range starts {
		for _, c := range []struct {
			name  string
			event []byte
			all   *[]time.Duration
		}{{"macro", small, &ours}, {"hello", small, &theirs}, {"macro", large, &big}} {
			took, peak, err := p.firstAnswer(c.name, c.event)
			if err != nil {
				return nil, err
			}
			*c.all = append(*c.all, took)
			memory = max(memory, peak)
		}
	}
	size, err := p.size("macro")
	if err != nil {
		return nil, err
	}
	ratio := float64(median(ours)) / float64(median(theirs))
	return []row{
		{"Macro: peak memory with the 500 resources", megabytes(memory), "", "", "< 32 MB", memory > 0 && memory < 32e6},
		{"Macro: from start to the answer, two steps", milliseconds(median(ours)), "hello world: " + milliseconds(median(theirs)), times(ratio), "≤ 1.5", ratio <= 1.5},
		{"Macro: from start to the answer, 500 resources", milliseconds(median(big)), "", "", "< 50 ms", median(big) < 50*time.Millisecond},
		{"Macro: size, stripped", megabytes(size), "", "", "< 12 MB", size < 12e6},
	}, nil
}

func (p programs) firstAnswer(name string, event []byte) (time.Duration, int64, error) {
	f, err := startFunction([]string{p.path(name)})
	if err != nil {
		return 0, 0, err
	}
	defer f.stop()
	answer, _, err := f.invoke(event)
	took := time.Since(f.began)
	if err == nil && name == "macro" && !bytes.Contains(answer, []byte(`"status":"success"`)) {
		err = fmt.Errorf("the macro returned %.500s", answer)
	}
	return took, peakMemory(f.process.Process.Pid), err
}
