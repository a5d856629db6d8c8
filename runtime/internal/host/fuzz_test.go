//go:build unix

package host

import (
	"bytes"
	"math"
	"net"
	"testing"
)

// FuzzParseFrame checks that parsing never panics, and that frames are read as they were
// written.
func FuzzParseFrame(f *testing.F) {
	f.Add([]byte(`H{"version":1}`))
	f.Add([]byte(`E{"name":"ImportError"}`))
	f.Add(generateFrame(1, "step", `{"a":1}`, 1.5, "group")[4:])
	f.Add(generateFrame(1, "", "", math.NaN(), "")[4:])
	f.Add(idFrame(kindDone, 7, "")[4:])
	f.Add(idFrame(kindFailed, 7, `{"name":"TypeError","action":"retryAfter","after":1e300}`)[4:])
	f.Add([]byte("G\x00\x00\x00\x0012345678\xff\xff"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) == 0 {
			return // there is no such frame
		}
		got, err := parseFrame(body[0], body[1:])
		if err != nil {
			return
		}
		var again []byte
		switch got.kind {
		case kindGenerate:
			again = generateFrame(got.id, got.step, string(got.data), got.delay, got.group)
		case kindDone:
			again = idFrame(kindDone, got.id, "")
		default:
			return // JSON can be written in many ways
		}
		if !bytes.Equal(again[4:], body) {
			t.Errorf("%q, and was %q", again[4:], body)
		}
	})
}

// FuzzRead lets a host write anything. It must not panic nor hang, and each call
// ends at most once.
func FuzzRead(f *testing.F) {
	f.Add(bytes.Join([][]byte{rawFrame(kindHello, `{"version":1}`), generateFrame(1, "s", "1", 0, ""), idFrame(kindDone, 1, ""), idFrame(kindFailed, 1, "{}")}, nil))
	f.Add(bytes.Join([][]byte{rawFrame(kindHello, `{}`), idFrame(kindDone, 2, "")}, nil))
	f.Add([]byte("\x00\x00\x00\x05D\x00\x00\x00\x02\x00\x00"))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, written []byte) {
		ours, theirs := net.Pipe()
		p := newProcess(Command{}, ours)
		calls := []*call{p.served(), p.served(), p.served()}
		go func() {
			_, _ = theirs.Write(written)
			_ = theirs.Close()
		}()
		if p.read() == nil {
			t.Error("read on after the end")
		}
		_ = ours.Close()
		p.end(nil)
		for _, c := range calls {
			ends := 0
			for _, f := range c.inbox {
				if f.kind != kindGenerate {
					ends++
				}
			}
			if last := c.inbox[len(c.inbox)-1].kind; ends != 1 || last == kindGenerate {
				t.Errorf("call %d ended %d times, last with %q", c.id, ends, last)
			}
		}
	})
}
