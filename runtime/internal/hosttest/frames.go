//go:build unix

package hosttest

import (
	"encoding/binary"
	"math"
)

// Kinds of frames. They are declared again, because tests would not notice a change if
// the fake host shared them.
const (
	kindCall, kindAccepted, kindRefused, kindCancel               = 'C', 'A', 'R', 'X'
	kindHello, kindError, kindGenerate, kindDone, kindFailed byte = 'H', 'E', 'G', 'D', 'F'
)

// RawFrame returns a frame of any kind and body.
func RawFrame(kind byte, body string) []byte {
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(body)+1))
	return append(append(frame, kind), body...)
}

// IDFrame returns a frame whose body begins with the ID of a call.
func IDFrame(kind byte, id uint32, body string) []byte {
	return RawFrame(kind, string(binary.BigEndian.AppendUint32(nil, id))+body)
}

// GenerateFrame returns the frame of a generated item. delay is in seconds.
func GenerateFrame(id uint32, step, data string, delay float64, group string) []byte {
	b := binary.BigEndian.AppendUint64(nil, math.Float64bits(delay))
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(step))), step...)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(group))), group...)
	return IDFrame(kindGenerate, id, string(b)+data)
}
