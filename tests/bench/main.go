// Command bench measures StarJob next to its limits and its peers, all in one run, and
// writes the results to docs/benchmarks.md. scripts/bench starts it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// sections are the parts of the table, in order.
var sections = []struct {
	name    string
	measure func(programs) ([]row, error)
}{
	{"generate", generateNear}, {"far", generateFar}, {"memory", generateMany},
	{"dispatch", dispatch}, {"start", coldStart}, {"macro", macro}, {"queue", queues},
	{"run", runs}, {"idle", idle},
	{"node-dispatch", in(javascript, (*language).dispatching)}, {"node-generate", in(javascript, (*language).generating)}, {"node-start", in(javascript, (*language).starting)},
	{"python-dispatch", in(python, (*language).dispatching)}, {"python-generate", in(python, (*language).generating)}, {"python-start", in(python, (*language).starting)},
}

func main() {
	only := flag.String("row", "", "measure only these parts of the table, separated by commas: "+names())
	page := flag.String("o", "", "file to write the table to; only without -row")
	flag.Parse()
	if err := run(*only, *page); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func names() string {
	var all []string
	for _, s := range sections {
		all = append(all, s.name)
	}
	return strings.Join(all, ", ")
}

func run(only, page string) error {
	wanted := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	for _, name := range wanted {
		if !slices.Contains(strings.Split(names(), ", "), name) {
			return fmt.Errorf("unknown part of the table: %q (allowed: %s)", name, names())
		}
	}
	dir, err := os.MkdirTemp("", "starjob-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p, err := build(dir)
	if err != nil {
		return err
	}
	began := time.Now()
	var rows []row
	var failed []error
	for _, s := range sections {
		if len(wanted) > 0 && !slices.Contains(wanted, s.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "bench: %s\n", s.name)
		more, err := s.measure(p)
		if err != nil { // keep the results of the others
			failed = append(failed, fmt.Errorf("%s: %w", s.name, err))
			more = []row{{what: s.name, measured: "failed", goal: "to be measured"}}
		}
		rows = append(rows, more...)
	}
	text := table(rows)
	fmt.Print(text)
	if page == "" || len(wanted) > 0 {
		return errors.Join(failed...)
	}
	return errors.Join(append(failed, os.WriteFile(page, []byte(document(text, machine(), began, time.Since(began))), 0o644))...)
}
