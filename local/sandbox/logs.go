package sandbox

import (
	"bytes"
	"fmt"
	"math"
	"sync"
	"time"
)

// maxLine is the maximum length of a line in bytes, as of an event in CloudWatch.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const maxLine = 256 << 10

// lineSplitter splits a process's output into lines.
type lineSplitter struct {
	emit    func(line []byte)
	pending []byte // the beginning of a line that has not ended yet
}

// add adds the next piece of output and emits the lines that end in it.
func (l *lineSplitter) add(piece []byte) {
	for {
		line, rest, ended := bytes.Cut(piece, []byte{'\n'})
		if room := maxLine - len(l.pending); len(line) > room {
			l.pending = append(l.pending, piece[:room]...)
			l.flush()
			piece = piece[room:]
			continue
		}
		if !ended {
			l.pending = append(l.pending, line...)
			return
		}
		if len(l.pending) > 0 {
			l.pending = append(l.pending, line...)
			line = l.pending
		}
		l.emit(bytes.TrimSuffix(line, []byte{'\r'}))
		l.pending, piece = l.pending[:0], rest
	}
}

// flush emits a last line that has no line end.
func (l *lineSplitter) flush() {
	if len(l.pending) > 0 {
		l.emit(l.pending)
		l.pending = l.pending[:0]
	}
}

// maxTail is the maximum size in bytes of the log in an invocation's result.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-response-LogResult
const maxTail = 4 << 10

// A logTail keeps the end of an invocation's log: its process's output, and the
// lines that Lambda adds. A nil logTail keeps nothing.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-logging.html
type logTail struct {
	mu   sync.Mutex
	text []byte
}

func (t *logTail) add(line []byte) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(append(t.text, line...), '\n')
	if over := len(t.text) - maxTail; over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
}

// start adds the line that Lambda adds before an invocation.
func (t *logTail) start(requestID string) {
	t.add(fmt.Appendf(nil, "START RequestId: %s Version: %s", requestID, version))
}

// report adds the lines that Lambda adds after an invocation, except for the memory
// used, which is not measured. init is the duration of the init phase, or 0 if an
// earlier invocation started the process; memory is in MB.
func (t *logTail) report(requestID string, took, init time.Duration, memory int) {
	t.add(fmt.Appendf(nil, "END RequestId: %s", requestID))
	line := fmt.Appendf(nil, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB\t",
		requestID, milliseconds(took), math.Ceil(milliseconds(took+init)), memory)
	if init > 0 {
		line = fmt.Appendf(line, "Init Duration: %.2f ms\t", milliseconds(init))
	}
	t.add(line)
}

func (t *logTail) bytes() []byte {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.text)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
