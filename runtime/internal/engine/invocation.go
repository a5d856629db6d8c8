package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/outbox"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Invocation is an item to generate.
type Invocation struct {
	Step  string
	Data  any           // encoded with encoding/json, unless it is a JSON
	Delay time.Duration // up to 15 minutes, rounded up to seconds
	Group string        // message group ID; may be empty
}

// JSON is data that a handler in another language has already encoded. It is not
// validated, because parsing it would cost more than the rest of its processing.
type JSON []byte

// origin describes the item that generates another one.
type origin struct {
	depth int    // of the new item
	group string // the group of the item that generates it
}

// composer checks invocations and converts them to messages. It may be used
// concurrently.
type composer struct {
	route    func(step string) (string, error)
	maxDepth int
	buffers  sync.Pool // of *bytes.Buffer
}

func newComposer(c Config) *composer {
	return &composer{route: c.Route, maxDepth: c.MaxDepth, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

// entry returns an entry for the outbox. The caller sets its Done and Abandoned. The
// error is a [*Refusal].
func (c *composer) entry(i Invocation, from origin) (*outbox.Entry, error) {
	queue, err := c.route(i.Step)
	if err != nil {
		return nil, err
	}
	if limit := c.maxDepth; limit > 0 && from.depth > limit {
		return nil, refuse(i.Step, ErrTooDeep, "chain too deep: the item would have depth %d (allowed: 0 to %d); raise the job's MaxDepth, or set it to 0 for no limit", from.depth, limit)
	}
	delay, err := seconds(i, queue)
	if err != nil {
		return nil, err
	}
	group, err := groupOf(i, queue, from)
	if err != nil {
		return nil, err
	}
	body, err := c.encode(i.Data)
	if err != nil {
		return nil, &Refusal{Step: i.Step, Reason: ErrNotJSON, Err: err, Detail: "data cannot be encoded as JSON: " + err.Error()}
	}
	made := &outbox.Entry{Queue: queue, Bytes: len(body), Message: sqs.Message{Body: body, Delay: delay, Group: group}}
	if from.depth > 0 {
		depth := strconv.Itoa(from.depth)
		made.Attributes = []sqs.Attribute{{Name: wire.AttributeDepth, Type: sqs.TypeNumber, Value: depth}}
		made.Bytes += wire.AttributeBytes(wire.AttributeDepth, sqs.TypeNumber, len(depth))
	}
	if made.Bytes > wire.MaxMessageBytes {
		return nil, refuse(i.Step, ErrTooLarge, "item too large: %d bytes with attributes (allowed: up to %d); store large data elsewhere, such as in S3, and generate its key", made.Bytes, wire.MaxMessageBytes)
	}
	return made, nil
}

// seconds returns an invocation's delay in whole seconds, the unit of SQS. It rounds
// up, because an item must not arrive early.
func seconds(i Invocation, queue string) (int32, error) {
	switch {
	case i.Delay == 0:
		return 0, nil
	case i.Delay < 0 || i.Delay > wire.MaxDelaySeconds*time.Second:
		return 0, refuse(i.Step, ErrDelay, "invalid delay: %v (allowed: 0s to %v)", i.Delay, wire.MaxDelaySeconds*time.Second)
	case wire.IsFIFO(queue):
		return 0, refuse(i.Step, ErrDelay, "invalid delay: the step's queue is FIFO, and SQS cannot delay single messages of a FIFO queue; remove the delay")
	}
	return int32(math.Ceil(i.Delay.Seconds())), nil
}

// groupOf returns an invocation's message group. A FIFO queue requires one. If the
// invocation has none, it gets the group of the item that generates it, so that a
// chain keeps its order. If that has none either, it gets the step's name, so that
// the queue is strictly ordered.
func groupOf(i Invocation, queue string, from origin) (string, error) {
	if i.Group != "" && !wire.IsGroup(i.Group) {
		return "", refuse(i.Step, ErrGroup, "invalid group: %q (allowed: 1 to %d visible ASCII characters)", i.Group, wire.MaxGroupBytes)
	}
	if i.Group != "" || !wire.IsFIFO(queue) {
		return i.Group, nil
	}
	if from.group != "" {
		return from.group, nil
	}
	return i.Step, nil
}

// keepBytes is the largest capacity of a buffer that is reused. A buffer that held a
// huge item would otherwise keep its memory.
const keepBytes = 64 << 10

var errEmptyJSON = errors.New("it is empty")

// encode encodes data so that SQS accepts it as a body.
func (c *composer) encode(data any) (string, error) {
	if encoded, ok := data.(JSON); ok {
		if len(encoded) == 0 {
			return "", errEmptyJSON
		}
		return string(wire.Escape(encoded)), nil
	}
	buffer := c.buffers.Get().(*bytes.Buffer)
	defer func() {
		if buffer.Cap() <= keepBytes {
			buffer.Reset()
			c.buffers.Put(buffer)
		}
	}()
	writer := json.NewEncoder(buffer)
	writer.SetEscapeHTML(false) // bodies are not shown in browsers
	if err := writer.Encode(data); err != nil {
		return "", err
	}
	return string(wire.Escape(bytes.TrimSuffix(buffer.Bytes(), []byte("\n")))), nil
}
