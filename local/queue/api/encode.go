package api

import (
	"bytes"
	"encoding/json"
)

// appender is an output that writes itself, several times as fast as
// encoding/json would write the same. It is for the outputs of the hot paths.
type appender interface {
	append() (text []byte, ok bool)
}

// encode writes an action's output.
func encode(output any) ([]byte, error) {
	if fast, ok := output.(appender); ok {
		if text, ok := fast.append(); ok {
			return text, nil
		}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(output)
	return text.Bytes(), err
}

// succeededBytes is enough for most entries.
const succeededBytes = 200

// append leaves batches with failed entries, whose messages may hold anything, to
// encoding/json.
func (out *batchOutput[S]) append() ([]byte, bool) {
	if len(out.Failed) > 0 {
		return nil, false
	}
	b := make([]byte, 0, (len(out.Successful)+1)*succeededBytes)
	b = append(b, `{"Successful":[`...)
	for i, entry := range out.Successful {
		if i > 0 {
			b = append(b, ',')
		}
		b = entry.append(b)
	}
	return append(b, `],"Failed":[]}`...), true
}

func (e entryID) append(b []byte) []byte { return append(appendMember(b, `{"Id":"`, e.Id), '}') }

func (e sendSucceeded) append(b []byte) []byte {
	b = appendMember(b, `{"Id":"`, e.Id)
	b = appendMember(b, `,"MessageId":"`, e.MessageId)
	b = appendMember(b, `,"MD5OfMessageBody":"`, e.MD5OfMessageBody)
	b = appendOptional(b, `,"MD5OfMessageAttributes":"`, e.MD5OfMessageAttributes)
	b = appendOptional(b, `,"MD5OfMessageSystemAttributes":"`, e.MD5OfMessageSystemAttributes)
	b = appendOptional(b, `,"SequenceNumber":"`, e.SequenceNumber)
	return append(b, '}')
}

func appendMember(b []byte, start, value string) []byte {
	return append(append(append(b, start...), value...), '"')
}

func appendOptional(b []byte, start, value string) []byte {
	if value == "" {
		return b
	}
	return appendMember(b, start, value)
}
