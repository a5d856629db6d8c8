package star

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
)

// Item describes the item that a handler handles.
type Item struct {
	// Job is the job's logical ID, Step the step's name.
	Job, Step string
	// MessageID is SQS's ID of the message. It is the same in all attempts, so it
	// can be an idempotency key for retries. An item that was generated twice has
	// two messages with different IDs. It is empty if the function was invoked
	// directly.
	MessageID string
	// Attempt is the number of times that the item was received, 1 or more.
	Attempt int
	// Depth is the number of generations between the item and the item that
	// started the chain, which has depth 0.
	Depth int
	// FirstSent is the time when the item was sent to its queue. It is zero if the
	// function was invoked directly.
	FirstSent time.Time
}

// FromContext returns the description of the item that a handler handles. ctx is the
// handler's context or one derived from it. For any other context, FromContext
// returns the zero Item.
func FromContext(ctx context.Context) Item { return Item(engine.FromContext(ctx)) }
