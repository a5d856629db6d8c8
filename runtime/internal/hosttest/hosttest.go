//go:build unix

// Package hosttest is a fake host for tests: the process at the other end of the
// dispatcher's socket, which runs handlers in other languages. It carries out the
// orders in the data of each item, some of which violate the protocol. A test binary
// becomes the fake host by calling Main. The package shares no code with
// runtime/internal/host, so that tests notice a change of the protocol.
package hosttest

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Orders are the data of a call. The fake host carries them out from top to bottom.
type Orders struct {
	Print    string `json:",omitempty"` // to standard output
	Tell     bool   `json:",omitempty"` // generate the call's metadata, for Step or for a step named by the process ID, after Delay or 1.5 seconds
	Generate int    `json:",omitempty"` // this many numbers
	Step     string `json:",omitempty"` // for this step, default step
	Delay    string `json:",omitempty"` // of each, in seconds; may be NaN
	Bytes    int    `json:",omitempty"` // of each, in place of the number
	Careless bool   `json:",omitempty"` // don't wait for answers
	Raw      []byte `json:",omitempty"` // written to the socket as is; %ID% is replaced with the call's ID
	Watch    bool   `json:",omitempty"` // generate what Cancel sends from other calls, until that is "end"
	Last     bool   `json:",omitempty"` // report the call as done, and exit right after it
	Orphan   bool   `json:",omitempty"` // leave a child process that keeps the socket open
	Exit     int    `json:",omitempty"`
	Signal   int    `json:",omitempty"`
	Deafen   bool   `json:",omitempty"` // stop reading
	Hang     bool   `json:",omitempty"`
	Cancel   bool   `json:",omitempty"` // wait for the cancellation, generate, pass the refusal to Watch
	Fail     *Error `json:",omitempty"`
}

// Error is an error in the form in which hosts report it.
type Error struct {
	Name    string  `json:"name"`
	Message string  `json:"message"`
	Trace   string  `json:"stack"`
	Hint    string  `json:"hint"`
	Action  string  `json:"action"`
	After   float64 `json:"after"`
}

// window is the number of items that a call generates before it waits for an answer.
const window = 512

// fake is the host.
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

// Argument is the first argument of a test binary that becomes the fake host. The second
// argument is the parameter how of Main.
const Argument = "fake-host"

// Main runs the fake host until the dispatcher closes the socket, file descriptor 3.
// how selects how it starts: hello is the normal start, and all others fail in some way.
func Main(how string, args []string) {
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
	case "exit-if": // the file exists
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

// listen reads frames until the socket is closed.
func (f *fake) listen() {
	from := bufio.NewReader(f.out)
	for {
		var head [9]byte
		if _, err := io.ReadFull(from, head[:]); err != nil {
			os.Exit(0)
		}
		body := make([]byte, binary.BigEndian.Uint32(head[:])-5)
		io.ReadFull(from, body)
		f.handle(head[4], binary.BigEndian.Uint32(head[5:]), body)
		select {
		case <-f.deaf:
			select {}
		default:
		}
	}
}

func (f *fake) handle(kind byte, id uint32, body []byte) {
	value, _ := f.calls.Load(id)
	c, _ := value.(*fakeCall)
	switch kind {
	case kindCall:
		n := binary.BigEndian.Uint32(body)
		c = &fakeCall{fake: f, id: id, meta: string(body[4 : 4+n]), answers: make(chan string, 2*window), canceled: make(chan string, 1)}
		f.calls.Store(id, c)
		go c.carryOut(body[4+n:])
	case kindAccepted:
		if c == nil {
			return // it does not wait for answers, and has ended
		}
		for range binary.BigEndian.Uint32(body) {
			c.answer("")
		}
	case kindRefused:
		if c != nil {
			c.answer(string(body))
		}
	case kindCancel:
		if c != nil {
			c.canceled <- string(body)
		}
	}
}

// answer keeps an answer, unless the call does not read answers.
func (c *fakeCall) answer(text string) {
	select {
	case c.answers <- text:
	default:
	}
}

func (c *fakeCall) carryOut(data []byte) {
	var o Orders
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

func (c *fakeCall) work(o Orders) (refused string) {
	os.Stdout.WriteString(o.Print)
	answers := 0
	answer := func() {
		answers++
		if text := <-c.answers; text != "" {
			refused += fmt.Sprintf("%d: %s ", answers, text)
		}
	}
	if o.Tell {
		delay, _ := strconv.ParseFloat(cmp.Or(o.Delay, "1.5"), 64)
		c.generate(cmp.Or(o.Step, fmt.Sprint(os.Getpid())), c.meta, delay)
		answer()
	}
	delay, _ := strconv.ParseFloat(o.Delay, 64)
	for i := range o.Generate {
		data := fmt.Sprint(i)
		if o.Bytes > 0 {
			data = strings.Repeat("1", o.Bytes)
		}
		c.generate(cmp.Or(o.Step, "step"), data, delay)
		if i >= window && !o.Careless {
			answer()
		}
	}
	for range min(o.Generate, window) {
		if !o.Careless {
			answer()
		}
	}
	if len(o.Raw) > 0 {
		id := binary.BigEndian.AppendUint32(nil, c.id)
		c.write([]byte(strings.ReplaceAll(string(o.Raw), "%ID%", string(id))))
	}
	c.end(o)
	return refused + c.wait(o)
}

// end ends the process, or stops reading, if the orders say so.
func (c *fakeCall) end(o Orders) {
	if o.Orphan {
		orphan := exec.Command(os.Args[0], Argument, "orphan")
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

// wait carries out orders that wait for another call or for the dispatcher.
func (c *fakeCall) wait(o Orders) (refused string) {
	for o.Watch {
		said := <-c.said
		if said == "end" {
			return ""
		}
		c.generate("said", said, 0)
		refused += <-c.answers
	}
	if o.Cancel {
		why := <-c.canceled
		c.generate("late", "1", 0)
		c.said <- why + <-c.answers
	}
	return refused
}

func (c *fakeCall) generate(step, data string, delay float64) {
	c.write(GenerateFrame(c.id, step, data, delay, "group"))
}

func (c *fakeCall) done() {
	c.calls.Delete(c.id)
	c.write(IDFrame(kindDone, c.id, ""))
}

func (c *fakeCall) fail(e Error) {
	text, _ := json.Marshal(e)
	c.write(IDFrame(kindFailed, c.id, string(text)))
}

func (f *fake) sendJSON(kind byte, body any) {
	text, _ := json.Marshal(body)
	f.write(RawFrame(kind, string(text)))
}

func (f *fake) write(frame []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out.Write(frame)
}
