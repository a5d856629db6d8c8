package star

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
)

// Item tells about the item that a handler works on.
type Item struct {
	// Job is the job's logical ID, Step the step's name.
	Job, Step string
	// MessageID is SQS's ID of the message. It stays the same over all attempts,
	// which makes it a key for effects that must happen once. It is empty when
	// the function was invoked directly.
	MessageID string
	// Attempt counts the deliveries of the item, from 1.
	Attempt int
	// Depth is how many generations the item is away from its kick-off, which
	// has depth 0.
	Depth int
	// FirstSent is when the item was put into its queue; zero when the function
	// was invoked directly.
	FirstSent time.Time
}

// FromContext tells about the item that a handler works on, given the handler's
// context or one made of it. Without an item it returns the zero Item.
func FromContext(ctx context.Context) Item { return Item(engine.FromContext(ctx)) }
