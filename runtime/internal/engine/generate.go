package engine

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// Invocation is an item to generate.
type Invocation struct {
	Step  string
	Data  any
	Delay time.Duration
	Group string
}

// origin is where a generated item comes from.
type origin struct {
	depth int    // of the new item
	group string // the group of the item that generates it
}

// generate accepts an item for sending, for the item m.
func (b *batch) generate(m *message, i Invocation) error {
	e, err := b.entry(i, origin{m.Depth + 1, m.group})
	if err != nil {
		return err
	}
	if lost, ended := m.sends.begin(); ended != nil {
		return late(i.Step, ended)
	} else if lost != nil {
		return lost
	}
	e.done = func(id string, err error) {
		if err != nil {
			err = notSent(i.Step, e.queue, err)
		}
		m.sends.done(id, err)
	}
	e.doomed = m.sends.doomed
	if err := b.out.add(e); err != nil {
		m.sends.undo()
		return late(i.Step, err)
	}
	return nil
}

// entry checks an invocation and makes a message of it.
func (e *Engine) entry(i Invocation, from origin) (*entry, error) {
	queue, err := e.config.Route(i.Step)
	if err != nil {
		return nil, err
	}
	if limit := e.config.MaxDepth; limit > 0 && from.depth > limit {
		return nil, refuse(i.Step, ErrTooDeep, "the item would be %d generations away from its kick-off; the job's MaxDepth is %d", from.depth, limit)
	}
	delay, err := seconds(i, queue)
	if err != nil {
		return nil, err
	}
	group, err := groupOf(i, queue, from)
	if err != nil {
		return nil, err
	}
	body, err := e.encode.json(i.Data)
	if err != nil {
		return nil, &Refusal{Step: i.Step, Reason: ErrNotJSON, Err: err, Detail: "the data cannot be encoded as JSON: " + err.Error()}
	}
	made := &entry{queue: queue, bytes: len(body), Message: Message{Body: body, Delay: delay, Group: group}}
	if from.depth > 0 {
		depth := strconv.Itoa(from.depth)
		made.Attributes = []Attribute{{Name: wire.AttributeDepth, Type: typeNumber, Value: depth}}
		made.bytes += wire.AttributeBytes(wire.AttributeDepth, typeNumber, len(depth))
	}
	if made.bytes > wire.MaxMessageBytes {
		return nil, refuse(i.Step, ErrTooLarge, "the item has %d bytes, attributes included; SQS takes %d: put what is large elsewhere, such as S3, and generate its key", made.bytes, wire.MaxMessageBytes)
	}
	return made, nil
}

// Data types of message attributes.
const (
	typeString = "String"
	typeNumber = "Number"
)

func refuse(step string, reason error, format string, args ...any) error {
	return &Refusal{Step: step, Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// late is the refusal of an invocation that comes when nothing more is sent.
func late(step string, cause error) error {
	return &Refusal{Step: step, Reason: ErrEnded, Err: cause, Detail: "too late: " + cause.Error()}
}

// seconds is an invocation's delay in SQS's unit, rounded up: an item must not
// come too early.
func seconds(i Invocation, queue string) (int32, error) {
	switch {
	case i.Delay == 0:
		return 0, nil
	case i.Delay < 0 || i.Delay > wire.MaxDelaySeconds*time.Second:
		return 0, refuse(i.Step, ErrDelay, "the delay is %v; SQS takes 0 to %v", i.Delay, wire.MaxDelaySeconds*time.Second)
	case wire.IsFIFO(queue):
		return 0, refuse(i.Step, ErrDelay, "the step's queue is FIFO, which has no delay for single items")
	}
	return int32(math.Ceil(i.Delay.Seconds())), nil
}

// groupOf is an invocation's message group. A FIFO queue needs one: without one
// given it is that of the item that generates, so that a chain keeps its order,
// or else the step's name, so that the queue is strictly in order.
func groupOf(i Invocation, queue string, from origin) (string, error) {
	if i.Group != "" && !wire.IsGroup(i.Group) {
		return "", refuse(i.Step, ErrGroup, "the group %q is not 1 to %d visible ASCII characters", i.Group, wire.MaxGroupBytes)
	}
	if i.Group != "" || !wire.IsFIFO(queue) {
		return i.Group, nil
	}
	if from.group != "" {
		return from.group, nil
	}
	return i.Step, nil
}
