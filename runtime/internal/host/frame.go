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

// Kinds of frames. A frame is the length of its rest in four bytes, its kind in one
// byte, and its body. All numbers are big-endian.
const (
	kindCall     = 'C' // call ID, length of the metadata, metadata as JSON, data
	kindAccepted = 'A' // call ID, how many more generated items were accepted
	kindRefused  = 'R' // call ID, JSON: why the next generated item was refused
	kindCancel   = 'X' // call ID, JSON: why the call is canceled

	kindHello    = 'H' // JSON: the handler is loaded, and the protocol's version
	kindError    = 'E' // JSON: why the handler cannot be loaded
	kindGenerate = 'G' // call ID, delay, step, group, data
	kindDone     = 'D' // call ID
	kindFailed   = 'F' // call ID, JSON: the error

	hostKinds = "HEGDF" // the kinds that a host sends

	kindExited = 0 // never sent: the process has exited
)

const (
	// version is the version of the protocol.
	version = 1
	// maxFrame is the maximum size of a frame from the host, eight times the size of
	// a message. Only the frame of a generated item may be larger; its data is not
	// kept, and the item is refused.
	maxFrame = 8 << 20
)

// frame is one frame from the host.
type frame struct {
	kind byte
	id   uint32

	step, group string // generate
	delay       float64
	data        []byte
	huge        int // the size of data, if that was too large to be kept

	err   *Error // error, failed
	early bool   // done: some of the call's items were unanswered
}

// failure returns the error of a call's end, or nil if the item is done.
func (f *frame) failure() error {
	if f.err == nil {
		return nil
	}
	return f.err
}

// malformed is the error of a host that violates the protocol.
type malformed string

func (m malformed) Error() string { return "it violated the protocol: " + string(m) }

// readFrame reads the next frame. An invalid frame is refused before its rest is read,
// because that may never arrive.
func readFrame(from *bufio.Reader) (frame, error) {
	var head [5]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return frame{}, errEarlyEnd
	}
	n, kind := int64(binary.BigEndian.Uint32(head[:])), head[4]
	if n == 0 || n > maxFrame && kind != kindGenerate || strings.IndexByte(hostKinds, kind) < 0 {
		return frame{}, malformed(fmt.Sprintf("a frame of kind %q with %d bytes", kind, n))
	}
	body := make([]byte, min(n, maxFrame)-1)
	if _, err := io.ReadFull(from, body); err != nil {
		return frame{}, errEarlyEnd
	}
	f, err := parseFrame(kind, body)
	if err == nil && n > maxFrame {
		// The rest is skipped, so that only this item is refused, and other handlers
		// are not affected.
		f.huge, f.data = int(n-maxFrame)+len(f.data), nil
		if _, err := io.CopyN(io.Discard, from, n-maxFrame); err != nil {
			return frame{}, errEarlyEnd
		}
	}
	return f, err
}

// parseFrame parses the body of a frame. The result shares its memory.
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
		r.fault = fmt.Errorf("%d bytes after its end", len(r.rest))
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
		r.fault = fmt.Errorf("the layer has version %d of the protocol and the dispatcher version %d; use the same version of StarJob for both", hello.Version, version)
	}
}

// reader parses the body of a frame. After a fault it returns zero values.
type reader struct {
	rest  []byte
	fault error
}

var errShort = errors.New("it is too short")

// empty is the value of numbers after a fault.
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

// failure reads why an item failed. An unusual exception can result in invalid JSON,
// but the item has failed in any case.
func (r *reader) failure() *Error {
	if r.fault != nil {
		return nil
	}
	e := r.error()
	if r.fault != nil {
		e = &Error{Name: hostErrorName, Message: "cannot read the handler's error: " + r.fault.Error()}
		r.fault = nil
	}
	return e
}
