//go:build unix

package layer_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/layer"
)

// peer stands in for the dispatcher: it starts a host and speaks its frames.
type peer struct {
	t      testing.TB
	cmd    *exec.Cmd
	conn   net.Conn
	frames *bufio.Reader
	mu     sync.Mutex
	more   sync.Cond // there is more output
	stuck  bool
	output bytes.Buffer // what the host wrote to stdout and stderr
}

// Write takes the host's output.
func (p *peer) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.more.Broadcast()
	return p.output.Write(text)
}

func (p *peer) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.String()
}

// waitFor returns when the host has written a text.
func (p *peer) waitFor(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !strings.Contains(p.output.String(), text) {
		if p.stuck {
			p.t.Errorf("the host never wrote %q", text)
			return
		}
		p.more.Wait()
	}
}

// frame is one from the host. Only generated items have the fields from step on.
type frame struct {
	kind        byte
	id          uint32
	text        string // of kinds other than G
	step, group string
	delay       float64
	data        string
}

var layerDir = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "starjob-layer-")
	if err != nil {
		return "", err
	}
	return dir, layer.Write(dir)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := layerDir(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// language is one whose host is tested.
type language struct {
	interpreter string
	check       string // a program that fails in versions that are too old
	host        string
	testdata    string
}

var (
	node = language{"node", "process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)",
		"nodejs/node_modules/starjob/host.js", "testdata/node"}
	python = language{"python3", "import sys; sys.exit(sys.version_info < (3, 9))",
		"python/starjob/host.py", "testdata/python"}
)

// supported finds the interpreter, once for each language.
var supported = map[string]func() error{
	node.interpreter:   sync.OnceValue(func() error { return exec.Command(node.interpreter, "-e", node.check).Run() }),
	python.interpreter: sync.OnceValue(func() error { return exec.Command(python.interpreter, "-c", python.check).Run() }),
}

func (l language) require(t testing.TB) {
	t.Helper()
	if err := supported[l.interpreter](); err != nil {
		t.Skipf("there is no %s that is new enough: %v", l.interpreter, err)
	}
}

// rootOf is the folder of the handlers.
func rootOf(t testing.TB, l language) string {
	t.Helper()
	root, err := filepath.Abs(l.testdata)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// spawn starts a host for a handler of the language's testdata.
func (l language) spawn(t testing.TB, handler string, environment ...string) *peer {
	t.Helper()
	l.require(t)
	opt, err := layerDir()
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := pair(t)
	p := &peer{t: t, conn: ours, frames: bufio.NewReaderSize(ours, 1<<20)}
	p.more.L = &p.mu
	p.cmd = exec.Command(l.interpreter, filepath.Join(opt, filepath.FromSlash(l.host)))
	p.cmd.Env = append(os.Environ(), "LAMBDA_TASK_ROOT="+rootOf(t, l), "STAR_HANDLER="+handler, "STAR_JOB=Job", "STAR_STEP=step",
		"NODE_PATH="+filepath.Join(opt, "nodejs/node_modules"), "PYTHONDONTWRITEBYTECODE=1")
	p.cmd.Env = append(p.cmd.Env, environment...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.ExtraFiles = []*os.File{theirs}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = theirs.Close()
	// Nothing here takes long; what hangs shall be seen as that.
	guard := time.AfterFunc(time.Minute, p.giveUp)
	t.Cleanup(func() {
		guard.Stop()
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		_ = ours.Close()
		if t.Failed() {
			t.Logf("output of %s:\n%s", l.interpreter, p.text())
		}
	})
	return p
}

func (p *peer) giveUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stuck = true
	p.more.Broadcast()
	_ = p.cmd.Process.Kill()
}

// start is spawn, and waits for the handler to be loaded.
func (l language) start(t testing.TB, handler string, environment ...string) *peer {
	t.Helper()
	p := l.spawn(t, handler, environment...)
	if f := p.next(); f.kind != 'H' || f.text != `{"version":1}` {
		t.Fatalf("got %c %s, want a hello", f.kind, f.text)
	}
	return p
}

func pair(t testing.TB) (net.Conn, *os.File) {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fds[0])
	syscall.CloseOnExec(fds[1])
	file := os.NewFile(uintptr(fds[0]), "dispatcher")
	defer file.Close()
	ours, err := net.FileConn(file)
	if err != nil {
		t.Fatal(err)
	}
	return ours, os.NewFile(uintptr(fds[1]), "host")
}

// read returns io.EOF when the host has closed its socket.
func (p *peer) read() (f frame, err error) {
	var head [5]byte
	if _, err := io.ReadFull(p.frames, head[:]); err != nil {
		return f, io.EOF
	}
	body := make([]byte, binary.BigEndian.Uint32(head[:])-1)
	if _, err := io.ReadFull(p.frames, body); err != nil {
		return f, io.EOF
	}
	f.kind = head[4]
	if f.kind == 'H' || f.kind == 'E' {
		f.text = string(body)
		return f, nil
	}
	f.id, body = binary.BigEndian.Uint32(body), body[4:]
	if f.kind != 'G' {
		f.text = string(body)
		return f, nil
	}
	f.delay, body = math.Float64frombits(binary.BigEndian.Uint64(body)), body[8:]
	f.step, body = short(body)
	f.group, body = short(body)
	f.data = string(body)
	return f, nil
}

func short(body []byte) (string, []byte) {
	n := 2 + int(binary.BigEndian.Uint16(body))
	return string(body[2:n]), body[n:]
}

func (p *peer) next() frame {
	p.t.Helper()
	f, err := p.read()
	if err != nil {
		p.t.Fatalf("the host has ended: %v", p.cmd.Wait())
	}
	return f
}

func (p *peer) write(frames []byte) {
	p.t.Helper()
	if _, err := p.conn.Write(frames); err != nil {
		p.t.Fatal(err)
	}
}

// call appends an item for the handler.
func call(to []byte, id uint32, data string) []byte {
	meta := fmt.Sprintf(`{"messageId":"m-%d","attempt":2,"depth":3,"firstSent":1700000000123,"deadline":32503680000000,"requestId":"r"}`, id)
	body := binary.BigEndian.AppendUint32(nil, id)
	body = binary.BigEndian.AppendUint32(body, uint32(len(meta)))
	return appendFrame(to, 'C', append(append(body, meta...), data...))
}

func accepted(id, n uint32) []byte {
	return appendFrame(nil, 'A', binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, id), n))
}

func refused(id uint32, step string) []byte {
	text := fmt.Sprintf(`{"reason":"UnknownStep","step":%q,"message":"there is no step %s"}`, step, step)
	return appendFrame(nil, 'R', append(binary.BigEndian.AppendUint32(nil, id), text...))
}

func cancelled(id uint32) []byte {
	return appendFrame(nil, 'X', append(binary.BigEndian.AppendUint32(nil, id), `{"message":"the time is over"}`...))
}

func appendFrame(to []byte, kind byte, body []byte) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(1+len(body)))
	return append(append(to, kind), body...)
}

// answer accepts an item, unless it is for a step whose name begins with bad.
func (p *peer) answer(f frame) {
	p.t.Helper()
	if strings.HasPrefix(f.step, "bad") {
		p.write(refused(f.id, f.step))
	} else {
		p.write(accepted(f.id, 1))
	}
}

// run has one item handled, and tells what came of it.
func (p *peer) run(id uint32, data string) []string {
	p.t.Helper()
	p.write(call(nil, id, data))
	var events []string
	for {
		f := p.next()
		if f.id != id {
			p.t.Fatalf("got %c of call %d, want of %d", f.kind, f.id, id)
		}
		events = append(events, f.String())
		if f.kind != 'G' {
			return events
		}
		p.answer(f)
	}
}

// failure is what F and E frames say.
type failure struct {
	Name, Message, Stack, Hint, Action string
	After                              float64
}

func (f frame) failure() (e failure) {
	if err := json.Unmarshal([]byte(f.text), &e); err != nil {
		panic(err)
	}
	return e
}

// String shows what matters in tests.
func (f frame) String() string {
	switch f.kind {
	case 'G':
		text := "G " + f.step + " " + f.data
		if f.delay != 0 {
			text += fmt.Sprintf(" delay=%v", f.delay)
		}
		if f.group != "" {
			text += " group=" + f.group
		}
		return text
	case 'F':
		e := f.failure()
		text := "F " + e.Name + ": " + e.Message
		if e.Action != "" {
			text += fmt.Sprintf(" (%s %v)", e.Action, e.After)
		}
		return text
	}
	return string(f.kind)
}
