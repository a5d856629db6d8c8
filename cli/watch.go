package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/local"
)

// settleTime is how long sources must be unchanged before a rebuild: editors write a
// file in several steps, and several files one after another.
const settleTime = 100 * time.Millisecond

// watchSources rebuilds and restarts the functions when their source changes, until
// stop is called.
func watchSources(ctx context.Context, stack *local.Stack, t *template, d display.Display) (stop func()) {
	notifier, err := fsnotify.NewWatcher()
	if err != nil {
		d.Note("cannot watch the source of the functions: " + err.Error())
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	w := &sourceWatcher{stack: stack, display: d, notifier: notifier, name: t.name, path: t.path(), lastRead: t.source}
	var watching sync.WaitGroup
	watching.Go(func() { w.run(ctx) })
	return func() {
		cancel()
		watching.Wait()
		notifier.Close()
	}
}

// sourceWatcher watches the functions' source and the template.
type sourceWatcher struct {
	stack    *local.Stack
	display  display.Display
	notifier *fsnotify.Watcher
	sources  []local.Source // of the functions, as last known
	broken   bool           // the last build failed

	// The template's name in messages; its file, absolute, or empty if it came from
	// standard input; and its content when it was last read.
	name, path string
	lastRead   []byte
}

func (w *sourceWatcher) run(ctx context.Context) {
	settled := time.NewTimer(settleTime)
	defer settled.Stop()
	if !w.addSources(ctx) {
		settled.Stop()
	}
	templateSettled := time.NewTimer(0)
	defer templateSettled.Stop()
	for {
		select {
		case e := <-w.notifier.Events:
			if w.isSource(e) {
				settled.Reset(settleTime)
			}
			if e.Name == w.path {
				templateSettled.Reset(settleTime)
			}
		case err := <-w.notifier.Errors:
			w.display.Note("watching the source of the functions failed: " + err.Error())
		case <-settled.C:
			w.rebuild(ctx)
			if w.addSources(ctx) { // imports may have changed, too
				settled.Reset(settleTime)
			}
		case <-templateSettled.C:
			w.checkTemplate()
		case <-ctx.Done():
			return
		}
	}
}

// addSources watches the template and the functions' present sources. If the last
// build failed, these are incomplete, so it also watches the previous
// sources. It reports whether a source has changed since it was built.
func (w *sourceWatcher) addSources(ctx context.Context) (changed bool) {
	sources := w.stack.Sources(ctx)
	var problems []error
	if w.path != "" {
		problems = append(problems, w.notifier.Add(filepath.Dir(w.path)))
	}
	for _, source := range sources {
		problems = append(problems, w.notifier.Add(source.Folder()))
	}
	if err := errors.Join(problems...); err != nil {
		w.display.Note("cannot watch all of the template and the source: " + err.Error())
	}
	for _, source := range w.sources {
		if w.broken && !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	w.sources = sources
	for _, source := range w.sources { // only after Add, so that no change is missed
		changed = w.stack.Changed(source) || changed
	}
	return changed
}

// isSource reports whether an event is a change of the functions' source.
func (w *sourceWatcher) isSource(e fsnotify.Event) bool {
	return e.Op != fsnotify.Chmod && e.Name != w.path && slices.ContainsFunc(w.sources, func(source local.Source) bool { return source.Has(e.Name) })
}

// checkTemplate notes that the template has changed. That has no effect on the
// run, because queues that hold items cannot be replaced.
func (w *sourceWatcher) checkTemplate() {
	source, err := os.ReadFile(w.path)
	if err != nil || bytes.Equal(source, w.lastRead) { // an editor may be replacing the file
		return
	}
	w.lastRead = source
	w.display.Note(w.name + " changed; restart star run to apply it")
}

func (w *sourceWatcher) rebuild(ctx context.Context) {
	err := w.stack.Rebuild(ctx)
	if ctx.Err() != nil {
		return
	}
	var start *local.StartError
	w.broken = err != nil
	switch {
	case errors.As(err, &start):
		w.display.Note("waiting for changes: " + mergeStartErrors(err).Error())
	case err != nil:
		w.display.Note("keeping the previous functions until the source changes: " + err.Error())
	default:
		w.display.Note("functions rebuilt and restarted")
	}
}
