package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/serverless-star/starjob/local"
)

// settling is how long no source must change before a rebuild: editors write a
// file in several steps, and several files one after another.
const settling = 100 * time.Millisecond

// follow rebuilds and restarts the functions when their source changes, until
// the function that it returns is called. It does nothing without --watch.
func (s *session) follow(ctx context.Context) (stop func(), err error) {
	if !s.watching {
		return func() {}, nil
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return func() {}, fmt.Errorf("the functions' source cannot be watched: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	f := &follower{session: s, Watcher: watcher, template: s.template.path(), read: s.template.source}
	var following sync.WaitGroup
	following.Go(func() { f.run(ctx) })
	return func() {
		cancel()
		following.Wait()
		watcher.Close()
	}, nil
}

// follower follows the functions' source.
type follower struct {
	*session
	*fsnotify.Watcher
	sources  []local.Source
	broken   bool   // what was seen last could not be built
	template string // its file, absolute; empty where it came from standard input
	read     []byte // the template as it was told of last
}

// look watches the template, all that the functions are made of now, and what
// they were made of before where it is broken now: then it cannot be told what
// it needs. It tells whether some of what they are made of has changed meanwhile.
func (f *follower) look(ctx context.Context) (changed bool) {
	sources := f.stack.Sources(ctx)
	var problems []error
	if f.template != "" {
		problems = append(problems, f.Add(filepath.Dir(f.template)))
	}
	for _, source := range sources {
		problems = append(problems, f.Add(source.Folder()))
	}
	if err := errors.Join(problems...); err != nil {
		f.display.note("some of the template and the functions' source cannot be watched: " + err.Error())
	}
	for _, source := range f.sources {
		if f.broken && !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	f.sources = sources
	for _, source := range f.sources { // only now, so that nothing is missed
		changed = f.stack.Changed(source) || changed
	}
	return changed
}

// counts tells whether a change is one of the functions' source.
func (f *follower) counts(e fsnotify.Event) bool {
	return e.Op != fsnotify.Chmod && e.Name != f.template && slices.ContainsFunc(f.sources, func(source local.Source) bool { return source.Has(e.Name) })
}

func (f *follower) run(ctx context.Context) {
	settled := time.NewTimer(settling)
	defer settled.Stop()
	if !f.look(ctx) {
		settled.Stop()
	}
	templateSettled := time.NewTimer(0)
	defer templateSettled.Stop()
	for {
		select {
		case e := <-f.Events:
			if f.counts(e) {
				settled.Reset(settling)
			}
			if e.Name == f.template {
				templateSettled.Reset(settling)
			}
		case err := <-f.Errors:
			f.display.note("watching the functions' source: " + err.Error())
		case <-settled.C:
			f.rebuild(ctx)
			if f.look(ctx) { // imports may have changed, too
				settled.Reset(settling)
			}
		case <-templateSettled.C:
			f.lookAtTemplate()
		case <-ctx.Done():
			return
		}
	}
}

// lookAtTemplate tells that the template has changed: queues that hold items
// cannot become others.
func (f *follower) lookAtTemplate() {
	source, err := os.ReadFile(f.template)
	if err != nil || bytes.Equal(source, f.read) { // or it is away for a moment
		return
	}
	f.read = source
	f.display.note(f.session.template.name + " has changed: what it says now counts when star run is started again")
}

func (f *follower) rebuild(ctx context.Context) {
	err := f.stack.Rebuild(ctx)
	if ctx.Err() != nil {
		return
	}
	var start *local.StartError
	f.broken = err != nil
	switch {
	case errors.As(err, &start):
		f.display.note("waiting for the source to change again: " + together(err).Error())
	case err != nil:
		f.display.note("the functions stay as they were until the source changes again: " + err.Error())
	default:
		f.display.note("the functions run the source as it is now")
	}
}
