//go:build unix

package layer_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// frame is a frame from the host. Only generated items have the fields from step on.
type frame struct {
	kind        byte
	id          uint32
	text        string // the body of kinds other than G
	step, group string
	delay       float64
	data        string
}

// failure is the body of F and E frames.
type failure struct {
	Name, Message, Stack, Hint, Action string
	After                              float64
}

func (f frame) failure() (e failure) {
	if err := json.Unmarshal([]byte(f.text), &e); err != nil {
		panic(err)
	}
	return e
}

// String shows what tests compare.
func (f frame) String() string {
	switch f.kind {
	case 'G':
		text := "G " + f.step + " " + f.data
		if f.delay != 0 {
			text += fmt.Sprintf(" delay=%v", f.delay)
		}
		if f.group != "" {
			text += " group=" + f.group
		}
		return text
	case 'F':
		e := f.failure()
		text := "F " + e.Name + ": " + e.Message
		if e.Action != "" {
			text += fmt.Sprintf(" (%s %v)", e.Action, e.After)
		}
		return text
	}
	return string(f.kind)
}

// call appends the frame of an item for the handler.
func call(to []byte, id uint32, data string) []byte {
	meta := fmt.Sprintf(`{"messageId":"m-%d","attempt":2,"depth":3,"firstSent":1700000000123,"deadline":32503680000000,"requestId":"r"}`, id)
	body := binary.BigEndian.AppendUint32(nil, id)
	body = binary.BigEndian.AppendUint32(body, uint32(len(meta)))
	return appendFrame(to, 'C', append(append(body, meta...), data...))
}

func accepted(id, n uint32) []byte {
	return appendFrame(nil, 'A', binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, id), n))
}

func refused(id uint32, step string) []byte {
	text := fmt.Sprintf(`{"reason":"UnknownStep","step":%q,"message":"there is no step %s"}`, step, step)
	return appendFrame(nil, 'R', append(binary.BigEndian.AppendUint32(nil, id), text...))
}

func cancelled(id uint32) []byte {
	return appendFrame(nil, 'X', append(binary.BigEndian.AppendUint32(nil, id), `{"message":"the time is over"}`...))
}

func appendFrame(to []byte, kind byte, body []byte) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(1+len(body)))
	return append(append(to, kind), body...)
}

func short(body []byte) (string, []byte) {
	n := 2 + int(binary.BigEndian.Uint16(body))
	return string(body[2:n]), body[n:]
}
