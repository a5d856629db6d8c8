package host

import (
	"encoding/binary"
	"encoding/json"
	"strconv"
)

// appendFrame appends a frame. The function body appends its body.
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

// append appends the metadata as JSON. It does not use encoding/json, because encoding
// the metadata is a large part of the cost of an item.
func (m *Meta) append(to []byte) []byte {
	to = appendString(append(to, `{"messageId":`...), m.MessageID)
	to = strconv.AppendInt(append(to, `,"attempt":`...), int64(m.Attempt), 10)
	to = strconv.AppendInt(append(to, `,"depth":`...), int64(m.Depth), 10)
	to = strconv.AppendInt(append(to, `,"firstSent":`...), m.FirstSent, 10)
	to = strconv.AppendInt(append(to, `,"deadline":`...), m.Deadline, 10)
	to = appendString(append(to, `,"requestId":`...), m.RequestID)
	return append(to, '}')
}

// appendString appends a JSON string. IDs need no escapes; all other strings are encoded
// by encoding/json.
func appendString(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a string can always be encoded
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
			panic(err) // strings can always be encoded
		}
		return append(to, text...)
	})
}
