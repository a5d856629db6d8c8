package host

import (
	"encoding/binary"
	"encoding/json"
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

func appendCall(to []byte, id uint32, meta, data []byte) []byte {
	return appendFrame(to, kindCall, id, func(to []byte) []byte {
		to = binary.BigEndian.AppendUint32(to, uint32(len(meta)))
		to = append(to, meta...)
		return append(to, data...)
	})
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
