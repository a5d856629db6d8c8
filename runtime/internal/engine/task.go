package engine

import (
	"context"
	"log/slog"
)

// Starter begins items that are worked on elsewhere, and need no goroutine here.
// It may wait until it can begin them, but no longer than for ctx's end. What
// becomes of each it tells the item's task.
type Starter func(ctx context.Context, tasks []Task)

// Task is an item that was begun by a [Starter].
type Task struct {
	b    *batch
	lane []*message
}

func (s Starter) start(b *batch, lanes [][]*message) {
	b.running.Add(int64(len(lanes)))
	tasks := make([]Task, 0, len(lanes))
	for _, lane := range lanes {
		if b.begins(lane) {
			tasks = append(tasks, Task{b, lane})
		}
	}
	s(b.ctx, tasks)
}

// Item tells about the item.
func (t *Task) Item() *Item { return &t.lane[0].Item }

// Data is the item, as JSON.
func (t *Task) Data() string { return t.lane[0].body }

// Generate accepts an item for sending. It waits while there is no room.
func (t *Task) Generate(i Invocation) error { return t.b.generate(t.lane[0], i) }

// Done ends the item, with its handler's error. It must be called exactly once,
// and never waits for anything.
func (t *Task) Done(err error) {
	if err == nil && t.lane[0].sends.none() && !t.b.log.Enabled(t.b.ctx, slog.LevelDebug) {
		t.b.ended(t.lane, nil) // of which nothing takes long
		return
	}
	go t.b.ended(t.lane, err)
}
