package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"

	"github.com/serverless-star/starjob/runtime/wire"
)

// encoder turns data into message bodies, using its buffers again.
type encoder struct{ buffers sync.Pool }

func newEncoder() *encoder {
	return &encoder{sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

// keepBytes is the size of a buffer worth keeping: one that held a huge item
// would stay as huge.
const keepBytes = 64 << 10

// JSON is data that is JSON text already, as a handler in another language has
// made it. It is taken at its word: to read it once more would cost more than all
// else that is done with it.
type JSON []byte

var errNoJSON = errors.New("it is empty")

// json encodes data so that SQS takes it as a body.
func (e *encoder) json(data any) (string, error) {
	if text, ok := data.(JSON); ok {
		if len(text) == 0 {
			return "", errNoJSON
		}
		return string(wire.Escape(text)), nil
	}
	buffer := e.buffers.Get().(*bytes.Buffer)
	defer func() {
		if buffer.Cap() <= keepBytes {
			buffer.Reset()
			e.buffers.Put(buffer)
		}
	}()
	writer := json.NewEncoder(buffer)
	writer.SetEscapeHTML(false) // nobody shows a body in a browser
	if err := writer.Encode(data); err != nil {
		return "", err
	}
	return string(wire.Escape(bytes.TrimSuffix(buffer.Bytes(), []byte("\n")))), nil
}
