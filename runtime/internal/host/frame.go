package host

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Kinds of frames. A frame is its length (of the rest) in four bytes, its kind
// in one, and its body. All numbers are big-endian.
const (
	kindCall     = 'C' // number, length of the meta data, meta data in JSON, data
	kindAccepted = 'A' // number, how many more generated items were accepted
	kindRefused  = 'R' // number, JSON: why the next generated item was refused
	kindCancel   = 'X' // number, JSON: the time is over

	kindHello    = 'H' // JSON: the handler is loaded
	kindError    = 'E' // JSON: it cannot be loaded
	kindGenerate = 'G' // number, delay, step, group, data
	kindDone     = 'D' // number
	kindFailed   = 'F' // number, JSON: the error

	kinds = "HEGDF" // all that a host sends

	kindGone = 0 // never sent: the process has ended
)

const (
	// version is that of the frames.
	version = 1
	// maxFrame bounds what is kept of a frame from the host: eight times what a
	// message may have. Only a generated item may have more; it is refused.
	maxFrame = 8 << 20
)

// frame is one frame from the host.
type frame struct {
	kind byte
	id   uint32

	step, group string // generate
	delay       float64
	data        []byte
	huge        int // its bytes, if it was too large to be kept

	err   *Error // error, failed
	early bool   // done: some of the call's items had no answer yet
}

// failure is the error of a call's end; nil if it is done.
func (f *frame) failure() error {
	if f.err == nil {
		return nil
	}
	return f.err
}

// malformed says that the host does not keep to the protocol.
type malformed string

func (m malformed) Error() string { return "it sent what it must not send: " + string(m) }

// readFrame reads the next frame. One that cannot be right is refused as soon as
// that is known: the rest may never come.
func readFrame(from *bufio.Reader) (frame, error) {
	var head [5]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return frame{}, errEarlyEnd
	}
	n, kind := int64(binary.BigEndian.Uint32(head[:])), head[4]
	if n == 0 || n > maxFrame && kind != kindGenerate || strings.IndexByte(kinds, kind) < 0 {
		return frame{}, malformed(fmt.Sprintf("a frame of kind %q with %d bytes", kind, n))
	}
	body := make([]byte, min(n, maxFrame)-1)
	if _, err := io.ReadFull(from, body); err != nil {
		return frame{}, errEarlyEnd
	}
	f, err := parseFrame(kind, body)
	if err == nil && n > maxFrame {
		// The rest is read over, so that the handler can be told, and no other
		// handler has to suffer.
		f.huge, f.data = int(n-maxFrame)+len(f.data), nil
		if _, err := io.CopyN(io.Discard, from, n-maxFrame); err != nil {
			return frame{}, errEarlyEnd
		}
	}
	return f, err
}

// parseFrame takes the body of a frame apart. The result lies in it.
func parseFrame(kind byte, body []byte) (frame, error) {
	r := reader{rest: body}
	f := frame{kind: kind}
	switch kind {
	case kindHello:
		f.hello(&r)
	case kindError:
		f.err = r.error()
	case kindGenerate:
		f.id = r.number32()
		f.delay = math.Float64frombits(r.number64())
		f.step = string(r.bytes(int(r.number16())))
		f.group = string(r.bytes(int(r.number16())))
		f.data = r.bytes(len(r.rest))
	case kindDone:
		f.id = r.number32()
	case kindFailed:
		f.id = r.number32()
		f.err = r.failure()
	}
	if r.fault == nil && len(r.rest) > 0 {
		r.fault = fmt.Errorf("%d bytes too many", len(r.rest))
	}
	if r.fault != nil {
		return f, malformed(fmt.Sprintf("a frame of kind %q: %v", f.kind, r.fault))
	}
	return f, nil
}

func (f *frame) hello(r *reader) {
	var hello struct{ Version int }
	r.json(&hello)
	if r.fault == nil && hello.Version != version {
		r.fault = fmt.Errorf("it has version %d of the protocol, this is %d: both must be of the same StarJob", hello.Version, version)
	}
}

// reader takes a frame's body apart. After a fault all else is empty.
type reader struct {
	rest  []byte
	fault error
}

var errShort = errors.New("it is too short")

// empty is what is read after a fault.
var empty [8]byte

func (r *reader) bytes(n int) []byte {
	if n > len(r.rest) {
		r.fault, r.rest = errShort, nil
		return empty[:min(n, len(empty))]
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) number16() uint16 { return binary.BigEndian.Uint16(r.bytes(2)) }
func (r *reader) number32() uint32 { return binary.BigEndian.Uint32(r.bytes(4)) }
func (r *reader) number64() uint64 { return binary.BigEndian.Uint64(r.bytes(8)) }

func (r *reader) json(to any) {
	text := r.bytes(len(r.rest))
	if err := json.Unmarshal(text, to); err != nil && r.fault == nil {
		r.fault = err
	}
}

func (r *reader) error() *Error {
	e := &Error{}
	r.json(e)
	return e
}

// failure reads why an item failed. What a handler throws can be odd enough to
// make bad JSON of, and the item has failed in any case.
func (r *reader) failure() *Error {
	if r.fault != nil {
		return nil
	}
	e := r.error()
	if r.fault != nil {
		e = &Error{Name: hostErrorName, Message: "the handler failed with an error that cannot be read: " + r.fault.Error()}
		r.fault = nil
	}
	return e
}
