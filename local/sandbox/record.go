package sandbox

import (
	"bytes"
	"fmt"
	"math"
	"sync"
	"time"
)

// maxTail is how much of a log an invocation's result shows.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-response-LogResult
const maxTail = 4 << 10

// A record keeps the end of an invocation's log: what its process prints, and
// the lines that Lambda adds. A nil record keeps nothing.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-logging.html
type record struct {
	mu   sync.Mutex
	text []byte
}

func (r *record) add(line []byte) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text = append(append(r.text, line...), '\n')
	if over := len(r.text) - maxTail; over > 0 {
		r.text = append(r.text[:0], r.text[over:]...)
	}
}

// start and report add Lambda's own lines. The report does not tell how much
// memory was used, which nobody measured.
func (r *record) start(i *invocation) {
	r.add(fmt.Appendf(nil, "START RequestId: %s Version: %s", i.RequestID, version))
}

func (r *record) report(i *invocation, memory int) {
	took := i.result.Duration
	r.add(fmt.Appendf(nil, "END RequestId: %s", i.RequestID))
	line := fmt.Appendf(nil, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB\t",
		i.RequestID, milliseconds(took), math.Ceil(milliseconds(took+i.init)), memory)
	if i.init > 0 {
		line = fmt.Appendf(line, "Init Duration: %.2f ms\t", milliseconds(i.init))
	}
	r.add(line)
}

func (r *record) tail() []byte {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.text)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
