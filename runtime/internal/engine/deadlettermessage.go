package engine

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/serverless-star/starjob/runtime/internal/event"
	"github.com/serverless-star/starjob/runtime/internal/outbox"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

// maxErrorBytes bounds the error message on a dead letter.
const maxErrorBytes = 8 << 10

// deadLetterEntry returns the dead letter of an item: its unchanged body, the error,
// and as many of its own attributes as there is room for.
func deadLetterEntry(m *event.Message, step string, err error, queue string) *outbox.Entry {
	a := attributes{room: wire.MaxMessageBytes - len(m.Body)}
	a.add(sqs.Attribute{Name: wire.AttributeAttempts, Type: sqs.TypeNumber, Value: strconv.Itoa(m.Attempt)})
	a.add(sqs.Attribute{Name: wire.AttributeMessageID, Type: sqs.TypeString, Value: m.MessageID})
	a.addString(wire.AttributeError, cmp.Or(err.Error(), "(an error without a message)"))
	a.addString(wire.AttributeErrorType, typeOf(err))
	for _, own := range m.Attributes {
		a.add(own)
	}
	slices.SortFunc(a.list, func(a, b sqs.Attribute) int { return cmp.Compare(a.Name, b.Name) })
	e := &outbox.Entry{Queue: queue, Bytes: wire.MaxMessageBytes - a.room, Message: sqs.Message{Body: m.Body, Attributes: a.list}}
	if wire.IsFIFO(queue) {
		e.Group, e.Deduplication = cmp.Or(m.Group, step, "dead"), m.MessageID
	}
	return e
}

// attributes gathers attributes within the limits of SQS.
type attributes struct {
	room int // bytes that are left
	list []sqs.Attribute
}

// add adds an attribute if there is room for it and its name is not used yet.
func (a *attributes) add(more sqs.Attribute) {
	size := wire.AttributeBytes(more.Name, more.Type, max(len(more.Value), len(more.Binary)))
	exists := slices.ContainsFunc(a.list, func(b sqs.Attribute) bool { return more.Name == b.Name })
	if exists || size > a.room || len(a.list) == wire.MaxAttributes || more.Value == "" && len(more.Binary) == 0 {
		return
	}
	a.list = append(a.list, more)
	a.room -= size
}

// addString adds a string, shortened to the room that is left.
func (a *attributes) addString(name, value string) {
	room := a.room - wire.AttributeBytes(name, sqs.TypeString, 0)
	a.add(sqs.Attribute{Name: name, Type: sqs.TypeString, Value: wire.Truncate(wire.Printable(value), min(room, maxErrorBytes))})
}
