package engine

import (
	"context"
	"log/slog"
)

// Starter begins items that are handled in another process, and need no goroutine
// here. It may wait until it can begin them, but not after ctx has ended. It must
// end each task.
type Starter func(ctx context.Context, tasks []Task)

// Task is an item that was begun by a [Starter].
type Task struct {
	batch *batch
	item  *item
}

func (s Starter) start(b *batch, items []*item) {
	b.running.Add(int64(len(items)))
	tasks := make([]Task, 0, len(items))
	for _, i := range items {
		if b.begins(i) {
			tasks = append(tasks, Task{b, i})
		}
	}
	s(b.ctx, tasks)
}

// Item describes the item.
func (t *Task) Item() Item { return t.batch.describe(t.item) }

// Data is the item, as JSON.
func (t *Task) Data() string { return t.item.message.Body }

// Generate accepts an item for sending. It blocks while the memory for items on
// their way is exhausted. The error is a [*Refusal].
func (t *Task) Generate(i Invocation) error { return t.batch.generate(t.item, i) }

// Done ends the item, with its handler's error. It must be called exactly once,
// and never blocks.
func (t *Task) Done(err error) {
	if err == nil && t.item.sends.none() && !t.batch.log.enabled(slog.LevelDebug) {
		t.batch.ended(t.item, nil) // nothing in there takes long
		return
	}
	go t.batch.ended(t.item, err)
}
