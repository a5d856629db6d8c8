package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// decode reads an action's input. It refuses strings that encoding/json would
// repair, because a message must arrive unchanged.
func decode[Input any](body []byte, in *Input) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if !utf8.Valid(body) || !surrogatesPaired(body) {
		return sqserr.New(sqserr.Serialization, "The request is not valid UTF-8, or contains half of a surrogate pair.")
	}
	if fast, ok := any(in).(inputReader); ok {
		if fast.read(&reader{string(body)}) {
			return nil
		}
		*in = *new(Input)
	}
	if err := json.Unmarshal(body, in); err != nil {
		return sqserr.New(sqserr.Serialization, "The request is not valid JSON for this action: %v", err)
	}
	return nil
}

// surrogatesPaired reports whether each escaped half of a surrogate pair is next to
// its other half.
func surrogatesPaired(b []byte) bool {
	for i := bytes.IndexByte(b, '\\'); i >= 0 && i < len(b); {
		r, size := escape(b[i:])
		if utf16.IsSurrogate(r) {
			second, more := escape(b[i+size:])
			if utf16.DecodeRune(r, second) == utf8.RuneError {
				return false
			}
			size += more
		}
		i += size
		next := bytes.IndexByte(b[min(i, len(b)):], '\\')
		if next < 0 {
			return true
		}
		i += next
	}
	return true
}

// escape reads one escape sequence. The rune is 0 if it is not of the form
// \u0000; then the size is that of any other escape.
func escape(b []byte) (r rune, size int) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, 2
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	if err != nil {
		return 0, 2
	}
	return rune(n), 6
}
