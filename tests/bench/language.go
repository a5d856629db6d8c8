package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/runtime/layer"
)

// language is a language of handlers, with the peers in that language.
type language struct {
	name   string
	ours   []string // the wrapper and the managed runtime's command
	plain  []string // the same function without StarJob
	sender []string // the command of the SDK's sender, without the numbers of items and connections
	ways   []way    // to generate
	goal   string   // of dispatching
}

// way is a way to generate items.
type way struct{ name, handler, data string }

// javascript and python are skipped, with a note, if their interpreter is missing.
func javascript(p programs) (*language, error) {
	modules, err := filepath.Abs(filepath.Join(tools, "node/node_modules"))
	if err != nil {
		return nil, err
	}
	l, err := p.language("JavaScript", "node", "plain.mjs")
	if l != nil {
		l.goal, l.sender = "≤ 1.5", []string{l.ours[1], handlers + "/sender.mjs", modules}
		l.ways = []way{
			{"arrays, awaited", "job.plan", "arrays"}, {"one after another, awaited", "job.plan", "awaited"}, {"not awaited", "job.plan", "none"},
		}
	}
	return l, err
}

func python(p programs) (*language, error) {
	l, err := p.language("Python", "python3", "plain.py")
	if l != nil {
		l.sender = []string{filepath.Join(tools, "venv/bin/python"), handlers + "/sender.py"}
		l.ways = []way{
			{"lists", "job.plan", "arrays"}, {"one after another", "job.plan", "one"}, {"a coroutine, not awaited", "job.coroutine", "none"},
		}
	}
	return l, err
}

const handlers = "tests/bench/handlers"

// language finds an interpreter, and writes StarJob's layer as Lambda unpacks it.
func (p programs) language(name, interpreter, plain string) (*language, error) {
	path, err := exec.LookPath(interpreter)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: without", name+":", err)
		return nil, nil
	}
	wrapper, err := p.layer()
	return &language{name: name, ours: []string{wrapper, path}, plain: []string{path, filepath.Join(handlers, plain)}}, err
}

// layer writes the layer once, and returns the path of its wrapper.
func (p programs) layer() (wrapper string, err error) {
	dir := p.path("layer")
	wrapper = filepath.Join(dir, "starjob", "wrapper")
	if _, err := os.Stat(wrapper); err == nil {
		return wrapper, nil
	}
	if err := layer.Write(dir); err != nil {
		return "", err
	}
	machine, err := exec.Command("uname", "-m").Output()
	if err != nil {
		return "", err
	}
	home := filepath.Join(dir, "starjob", strings.TrimSpace(string(machine)))
	if err := os.Mkdir(home, 0o700); err != nil {
		return "", err
	}
	return wrapper, os.Link(p.path("dispatcher"), filepath.Join(home, "dispatcher"))
}

// in measures a language if its interpreter is installed.
func in(find func(programs) (*language, error), measure func(*language) ([]row, error)) func(programs) ([]row, error) {
	return func(p programs) ([]row, error) {
		l, err := find(p)
		if l == nil || err != nil {
			return nil, err
		}
		return measure(l)
	}
}

// generating compares the ways to generate items with the SDK.
func (l *language) generating() ([]row, error) {
	const items, theirItems = 100_000, 20_000
	ours := make([][]sending, len(l.ways))
	var theirs []sending
	for range rounds {
		for i, w := range l.ways {
			s, err := l.generates(w, items)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", w.name, err)
			}
			ours[i] = append(ours[i], s)
		}
		if s, err := l.sends(theirItems, ours[0][0].connections); err == nil {
			theirs = append(theirs, s)
		} else {
			fmt.Fprintf(os.Stderr, "bench: without the SDK in %s: %v\n", l.name, err)
		}
	}
	var rows []row
	for i, w := range l.ways {
		rate := medianOf(ours[i], sending.perSecond)
		r := row{what: fmt.Sprintf("%s: generating %s items, %s", l.name, grouped(items), w.name), beside: "SDK: not installed"}
		r.measured = fmt.Sprintf("%s (%d connections)", perSecond(rate), medianOf(ours[i], sending.atOnce))
		if len(theirs) > 0 {
			peer := medianOf(theirs, sending.perSecond)
			r.beside = fmt.Sprintf("SDK, ready batches: %s (%d)", perSecond(peer), medianOf(theirs, sending.atOnce))
			r.ratio, r.goal, r.reached = times(rate/peer), "≥ 1", rate >= peer
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (l *language) generates(w way, items int) (sending, error) {
	root, err := filepath.Abs(handlers)
	if err != nil {
		return sending{}, err
	}
	data := fmt.Sprintf(`{"items":%d,"how":%q}`, items, w.data)
	return generates(l.ours, w.handler, data, items, 0, "LAMBDA_TASK_ROOT="+root)
}

func (l *language) sends(items, connections int) (sending, error) {
	args := append(l.sender[1:len(l.sender):len(l.sender)], strconv.Itoa(items), strconv.Itoa(connections))
	return sends(items, connections, 0, l.sender[0], args...)
}
