package engine

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/serverless-star/starjob/runtime/wire"
)

// maxErrorBytes bounds the error's text on a dead letter.
const maxErrorBytes = 8 << 10

// deadLetter is an item that is given up: its body as it was, what went wrong
// beside it, and as many of its own attributes as there is room for.
func deadLetter(m *message, err error, queue string) *entry {
	l := letter{room: wire.MaxMessageBytes - len(m.body)}
	l.add(Attribute{Name: wire.AttributeAttempts, Type: typeNumber, Value: strconv.Itoa(m.Attempt)})
	l.add(Attribute{Name: wire.AttributeMessageID, Type: typeString, Value: m.MessageID})
	l.addText(wire.AttributeError, cmp.Or(err.Error(), "(an error without text)"))
	l.addText(wire.AttributeErrorType, typeOf(err))
	for _, a := range m.attributes {
		l.add(a)
	}
	slices.SortFunc(l.attributes, func(a, b Attribute) int { return cmp.Compare(a.Name, b.Name) })
	e := &entry{queue: queue, bytes: wire.MaxMessageBytes - l.room, Message: Message{Body: m.body, Attributes: l.attributes}}
	if wire.IsFIFO(queue) {
		e.Group, e.Deduplication = cmp.Or(m.group, m.Step, "dead"), m.MessageID
	}
	return e
}

// letter gathers attributes within what SQS allows.
type letter struct {
	room       int
	attributes []Attribute
}

// add takes an attribute if there is room for it and its name is free.
func (l *letter) add(a Attribute) {
	size := wire.AttributeBytes(a.Name, a.Type, max(len(a.Value), len(a.Binary)))
	taken := slices.ContainsFunc(l.attributes, func(b Attribute) bool { return a.Name == b.Name })
	if taken || size > l.room || len(l.attributes) == wire.MaxAttributes || a.Value == "" && len(a.Binary) == 0 {
		return
	}
	l.attributes = append(l.attributes, a)
	l.room -= size
}

// addText takes a text, shortened to the room that there is.
func (l *letter) addText(name, text string) {
	room := l.room - wire.AttributeBytes(name, typeString, 0)
	l.add(Attribute{Name: name, Type: typeString, Value: wire.Truncate(wire.Printable(text), min(room, maxErrorBytes))})
}

// typed is an error that knows its type's name in the language that it comes
// from.
type typed interface{ ErrorType() string }

// typeOf names an error's type, in Go if it does not know better, looking
// through what only steers the runtime.
func typeOf(err error) string {
	for {
		switch e := err.(type) {
		case *Drop:
			err = e.Err
		case *RetryAfter:
			err = e.Err
		case *Unfinished:
			err = e.Err
		case *Panic:
			return "panic"
		default:
			var t typed
			if errors.As(err, &t) && t.ErrorType() != "" {
				return t.ErrorType()
			}
			return fmt.Sprintf("%T", err)
		}
	}
}
