//go:build unix

package layer_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
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

// dispatcher plays the part of the dispatcher for one host: it starts the process and
// exchanges frames with it. Unlike the real one, it can refuse and cancel items at will
// and withhold answers.
type dispatcher struct {
	t      testing.TB
	cmd    *exec.Cmd
	conn   net.Conn
	frames *bufio.Reader
	mu     sync.Mutex
	more   sync.Cond // the host has written more, or is stuck
	stuck  bool
	output bytes.Buffer // what the host wrote to stdout and stderr
}

// Write receives the output of the host.
func (d *dispatcher) Write(text []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer d.more.Broadcast()
	return d.output.Write(text)
}

func (d *dispatcher) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.output.String()
}

// waitFor waits until the host has written a string.
func (d *dispatcher) waitFor(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for !strings.Contains(d.output.String(), text) {
		if d.stuck {
			d.t.Errorf("the host never wrote %q", text)
			return
		}
		d.more.Wait()
	}
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

// language is a language with a host.
type language struct {
	interpreter string
	check       string // a program that fails in versions that are not supported
	host        string
	testdata    string
}

var (
	node = language{"node", "process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)",
		"nodejs/node_modules/starjob/host.js", "testdata/node"}
	python = language{"python3", "import sys; sys.exit(sys.version_info < (3, 9))",
		"python/starjob/host.py", "testdata/python"}
)

// supported runs check, once for each language.
var supported = map[string]func() error{
	node.interpreter:   sync.OnceValue(func() error { return exec.Command(node.interpreter, "-e", node.check).Run() }),
	python.interpreter: sync.OnceValue(func() error { return exec.Command(python.interpreter, "-c", python.check).Run() }),
}

func (l language) require(t testing.TB) {
	t.Helper()
	if err := supported[l.interpreter](); err != nil {
		t.Skipf("no %s that is new enough is installed: %v", l.interpreter, err)
	}
}

// rootOf returns the folder of the handlers.
func rootOf(t testing.TB, l language) string {
	t.Helper()
	root, err := filepath.Abs(l.testdata)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// spawn starts a host for a handler in testdata.
func (l language) spawn(t testing.TB, handler string, environment ...string) *dispatcher {
	t.Helper()
	l.require(t)
	opt, err := layerDir()
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := pair(t)
	d := &dispatcher{t: t, conn: ours, frames: bufio.NewReaderSize(ours, 1<<20)}
	d.more.L = &d.mu
	d.cmd = exec.Command(l.interpreter, filepath.Join(opt, filepath.FromSlash(l.host)))
	d.cmd.Env = append(os.Environ(), "LAMBDA_TASK_ROOT="+rootOf(t, l), "STAR_HANDLER="+handler, "STAR_JOB=Job", "STAR_STEP=step",
		"NODE_PATH="+filepath.Join(opt, "nodejs/node_modules"), "PYTHONDONTWRITEBYTECODE=1")
	d.cmd.Env = append(d.cmd.Env, environment...)
	d.cmd.Stdout, d.cmd.Stderr = d, d
	d.cmd.ExtraFiles = []*os.File{theirs}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = theirs.Close()
	// No test takes this long: a host that hangs is killed, and the test fails.
	guard := time.AfterFunc(time.Minute, d.kill)
	t.Cleanup(func() {
		guard.Stop()
		_ = d.cmd.Process.Kill()
		_ = d.cmd.Wait()
		_ = ours.Close()
		if t.Failed() {
			t.Logf("output of %s:\n%s", l.interpreter, d.text())
		}
	})
	return d
}

func (d *dispatcher) kill() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stuck = true
	d.more.Broadcast()
	_ = d.cmd.Process.Kill()
}

// start is spawn, but waits until the handler is loaded.
func (l language) start(t testing.TB, handler string, environment ...string) *dispatcher {
	t.Helper()
	d := l.spawn(t, handler, environment...)
	if f := d.next(); f.kind != 'H' || f.text != `{"version":1}` {
		t.Fatalf("got %c %s, want a hello", f.kind, f.text)
	}
	return d
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
func (d *dispatcher) read() (f frame, err error) {
	var head [5]byte
	if _, err := io.ReadFull(d.frames, head[:]); err != nil {
		return f, io.EOF
	}
	body := make([]byte, binary.BigEndian.Uint32(head[:])-1)
	if _, err := io.ReadFull(d.frames, body); err != nil {
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

func (d *dispatcher) next() frame {
	d.t.Helper()
	f, err := d.read()
	if err != nil {
		d.t.Fatalf("the host has ended: %v", d.cmd.Wait())
	}
	return f
}

func (d *dispatcher) write(frames []byte) {
	d.t.Helper()
	if _, err := d.conn.Write(frames); err != nil {
		d.t.Fatal(err)
	}
}

// answer accepts an item, unless it is for a step whose name begins with bad.
func (d *dispatcher) answer(f frame) {
	d.t.Helper()
	if strings.HasPrefix(f.step, "bad") {
		d.write(refused(f.id, f.step))
	} else {
		d.write(accepted(f.id, 1))
	}
}

// run has one item handled, and returns all frames of it as strings.
func (d *dispatcher) run(id uint32, data string) []string {
	d.t.Helper()
	d.write(call(nil, id, data))
	var events []string
	for {
		f := d.next()
		if f.id != id {
			d.t.Fatalf("got %c of call %d, want of %d", f.kind, f.id, id)
		}
		events = append(events, f.String())
		if f.kind != 'G' {
			return events
		}
		d.answer(f)
	}
}
