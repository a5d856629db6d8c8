package host

import (
	"encoding/binary"
	"encoding/json"
	"strconv"
)

// appendFrame appends a frame whose body is written by a function.
func appendFrame(to []byte, kind byte, id uint32, body func(to []byte) []byte) []byte {
	at := len(to)
	to = append(to, 0, 0, 0, 0, kind)
	to = binary.BigEndian.AppendUint32(to, id)
	to = body(to)
	binary.BigEndian.PutUint32(to[at:], uint32(len(to)-at-4))
	return to
}

func appendCall(to []byte, id uint32, meta Meta, data string) []byte {
	return appendFrame(to, kindCall, id, func(to []byte) []byte {
		at := len(to)
		to = meta.append(append(to, 0, 0, 0, 0))
		binary.BigEndian.PutUint32(to[at:], uint32(len(to)-at-4))
		return append(to, data...)
	})
}

// append appends the meta data as JSON. It is written by hand because it is a
// good part of what an item costs.
func (m *Meta) append(to []byte) []byte {
	to = appendText(append(to, `{"messageId":`...), m.MessageID)
	to = strconv.AppendInt(append(to, `,"attempt":`...), int64(m.Attempt), 10)
	to = strconv.AppendInt(append(to, `,"depth":`...), int64(m.Depth), 10)
	to = strconv.AppendInt(append(to, `,"firstSent":`...), m.FirstSent, 10)
	to = strconv.AppendInt(append(to, `,"deadline":`...), m.Deadline, 10)
	to = appendText(append(to, `,"requestId":`...), m.RequestID)
	return append(to, '}')
}

// appendText appends a JSON string. IDs are plain; whatever else comes is left
// to encoding/json.
func appendText(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a text can always be encoded
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

func appendAccepted(to []byte, id, n uint32) []byte {
	return appendFrame(to, kindAccepted, id, func(to []byte) []byte { return binary.BigEndian.AppendUint32(to, n) })
}

func appendRefused(to []byte, id uint32, reason, step, message string) []byte {
	return appendJSON(to, kindRefused, id, struct {
		Reason  string `json:"reason"`
		Step    string `json:"step"`
		Message string `json:"message"`
	}{reason, step, message})
}

func appendCancel(to []byte, id uint32, message string) []byte {
	return appendJSON(to, kindCancel, id, struct {
		Message string `json:"message"`
	}{message})
}

func appendJSON(to []byte, kind byte, id uint32, body any) []byte {
	return appendFrame(to, kind, id, func(to []byte) []byte {
		text, err := json.Marshal(body)
		if err != nil {
			panic(err) // texts alone can always be encoded
		}
		return append(to, text...)
	})
}
