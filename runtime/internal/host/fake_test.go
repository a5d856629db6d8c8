//go:build unix

package host

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// orders are the data of a call: what the fake host does with it, from top to
// bottom.
type orders struct {
	Tell     bool   `json:",omitempty"` // generate the meta data, and the process's number as step
	Generate int    `json:",omitempty"` // so many numbers
	Bytes    int    `json:",omitempty"` // of each, instead of the number
	Careless bool   `json:",omitempty"` // do not wait for answers
	Raw      []byte `json:",omitempty"` // written to the socket as it is; %ID% is the call's number
	Watch    bool   `json:",omitempty"` // generate what other calls say, until they say "end"
	Last     bool   `json:",omitempty"` // be done, and let the process end right after it
	Orphan   bool   `json:",omitempty"` // leave a process that holds the socket open
	Exit     int    `json:",omitempty"`
	Signal   int    `json:",omitempty"`
	Deafen   bool   `json:",omitempty"` // read nothing any more
	Hang     bool   `json:",omitempty"`
	Cancel   bool   `json:",omitempty"` // wait for the cancel, generate, tell the watcher why not, be done
	Fail     *Error `json:",omitempty"`
}

// fake is a host in Go.
type fake struct {
	out   *os.File
	mu    sync.Mutex // of out
	deaf  chan struct{}
	said  chan string
	calls sync.Map // of *fakeCall by number
}

type fakeCall struct {
	*fake
	id       uint32
	meta     string
	answers  chan string // "" for accepted
	canceled chan string
}

func fakeHost(how string, args []string) {
	f := &fake{out: os.NewFile(3, "dispatcher"), deaf: make(chan struct{}), said: make(chan string, 100)}
	switch how {
	case "hello":
	case "broken":
		f.sendJSON(kindError, Error{Name: "ImportError", Message: "no module named nope", Trace: "at line 1", Hint: "run npm install"})
		os.Exit(1)
	case "stuck-after-error":
		f.sendJSON(kindError, Error{Name: "ImportError", Message: "no module named nope"})
		select {}
	case "exit":
		os.Exit(7)
	case "silent":
		io.Copy(io.Discard, f.out)
		return
	case "exit-if": // there is a file
		if _, err := os.Stat(args[0]); err == nil {
			os.Exit(7)
		}
	case "next-version":
		f.sendJSON(kindHello, map[string]int{"version": 2})
	case "orphan":
		io.Copy(io.Discard, f.out)
		return
	}
	f.sendJSON(kindHello, map[string]int{"version": 1})
	f.listen()
}

// listen reads frames until the dispatcher is gone.
func (f *fake) listen() {
	from := bufio.NewReader(f.out)
	for {
		var head [9]byte
		if _, err := io.ReadFull(from, head[:]); err != nil {
			os.Exit(0)
		}
		body := make([]byte, binary.BigEndian.Uint32(head[:])-5)
		io.ReadFull(from, body)
		f.hear(head[4], binary.BigEndian.Uint32(head[5:]), body)
		select {
		case <-f.deaf:
			select {}
		default:
		}
	}
}

func (f *fake) hear(kind byte, id uint32, body []byte) {
	value, _ := f.calls.Load(id)
	c, _ := value.(*fakeCall)
	switch kind {
	case kindCall:
		n := binary.BigEndian.Uint32(body)
		c = &fakeCall{fake: f, id: id, meta: string(body[4 : 4+n]), answers: make(chan string, 1<<16), canceled: make(chan string, 1)}
		f.calls.Store(id, c)
		go c.obey(body[4+n:])
	case kindAccepted:
		if c == nil {
			return // it was careless
		}
		for range binary.BigEndian.Uint32(body) {
			c.answers <- ""
		}
	case kindRefused:
		if c != nil {
			c.answers <- string(body)
		}
	case kindCancel:
		if c != nil {
			c.canceled <- string(body)
		}
	}
}

func (c *fakeCall) obey(data []byte) {
	var o orders
	if err := json.Unmarshal(data, &o); err != nil {
		panic(err)
	}
	refused := c.work(o)
	switch {
	case refused != "":
		c.fail(Error{Name: "GenerateError", Message: refused})
	case o.Fail != nil:
		c.fail(*o.Fail)
	default:
		c.done()
	}
}

func (c *fakeCall) work(o orders) (refused string) {
	if o.Tell {
		c.generate(fmt.Sprint(os.Getpid()), c.meta)
		refused = <-c.answers
	}
	for i := range o.Generate {
		data := fmt.Sprint(i)
		if o.Bytes > 0 {
			data = strings.Repeat("1", o.Bytes)
		}
		c.generate("step", data)
		if i >= windowItems/2 && !o.Careless {
			refused += <-c.answers
		}
	}
	for range min(o.Generate, windowItems/2) {
		if !o.Careless {
			refused += <-c.answers
		}
	}
	if len(o.Raw) > 0 {
		id := binary.BigEndian.AppendUint32(nil, c.id)
		c.write([]byte(strings.ReplaceAll(string(o.Raw), "%ID%", string(id))))
	}
	c.end(o)
	return refused + c.wait(o)
}

// end ends the process, if that is wanted.
func (c *fakeCall) end(o orders) {
	if o.Orphan {
		orphan := exec.Command(os.Args[0], "fake-host", "orphan")
		orphan.ExtraFiles, orphan.SysProcAttr = []*os.File{c.out}, &syscall.SysProcAttr{Setpgid: true}
		if err := orphan.Start(); err != nil {
			panic(err)
		}
	}
	switch {
	case o.Last:
		c.done()
		os.Exit(3)
	case o.Exit != 0:
		os.Exit(o.Exit)
	case o.Signal != 0:
		syscall.Kill(os.Getpid(), syscall.Signal(o.Signal))
		select {}
	case o.Deafen:
		close(c.deaf)
		select {}
	case o.Hang:
		select {}
	}
}

// wait does what takes until another call, or the dispatcher, says something.
func (c *fakeCall) wait(o orders) (refused string) {
	for o.Watch {
		said := <-c.said
		if said == "end" {
			return ""
		}
		c.generate("said", said)
		refused += <-c.answers
	}
	if o.Cancel {
		why := <-c.canceled
		c.generate("late", "1")
		c.said <- why + <-c.answers
	}
	return refused
}

func (c *fakeCall) generate(step, data string) {
	c.write(generateFrame(c.id, step, data, 1.5, "group"))
}

func (c *fakeCall) done() {
	c.calls.Delete(c.id)
	c.write(idFrame(kindDone, c.id, ""))
}

func (c *fakeCall) fail(e Error) {
	text, _ := json.Marshal(e)
	c.write(idFrame(kindFailed, c.id, string(text)))
}

func (f *fake) sendJSON(kind byte, body any) {
	text, _ := json.Marshal(body)
	f.write(rawFrame(kind, string(text)))
}

func (f *fake) write(frame []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out.Write(frame)
}

// rawFrame makes any frame.
func rawFrame(kind byte, body string) []byte {
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(body)+1))
	return append(append(frame, kind), body...)
}

func idFrame(kind byte, id uint32, body string) []byte {
	return rawFrame(kind, string(binary.BigEndian.AppendUint32(nil, id))+body)
}

func generateFrame(id uint32, step, data string, delay float64, group string) []byte {
	b := binary.BigEndian.AppendUint64(nil, math.Float64bits(delay))
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(step))), step...)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(group))), group...)
	return idFrame(kindGenerate, id, string(b)+data)
}
