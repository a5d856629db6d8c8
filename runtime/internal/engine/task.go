package engine

import (
	"context"
	"log/slog"
)

// Starter starts items that another process handles, and that need no goroutine in
// this one. It may block until it can start them, but not after ctx has ended. It
// must end each task.
type Starter func(ctx context.Context, tasks []Task)

// Task is an item that a [Starter] starts.
type Task struct {
	batch *batch
	item  *item
}

func (s Starter) start(b *batch, items []*item) {
	b.running.Add(int64(len(items)))
	tasks := make([]Task, 0, len(items))
	for _, i := range items {
		if b.markStarted(i) {
			tasks = append(tasks, Task{b, i})
		}
	}
	s(b.ctx, tasks)
}

// Item returns the description of the item.
func (t *Task) Item() Item { return t.batch.describe(t.item) }

// Data returns the item as JSON.
func (t *Task) Data() string { return t.item.message.Body }

// Generate accepts an item for sending. It blocks while the memory budget for unsent
// items is exhausted. The error is a [*Refusal].
func (t *Task) Generate(i Invocation) error { return t.batch.generate(t.item, i) }

// Done ends the item with its handler's error. It must be called exactly once, and
// never blocks.
func (t *Task) Done(err error) {
	if err == nil && t.item.sends.none() && !t.batch.log.enabled(slog.LevelDebug) {
		t.batch.ended(t.item, nil) // nothing in it blocks
		return
	}
	go t.batch.ended(t.item, err)
}
