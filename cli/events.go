package cli

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/serverless-star/starjob/local"
)

// jsonDisplay shows a run as JSON, one event per line:
//
//	{"event":"building","folder":…}
//	{"event":"started","endpoint":…,"queues":{STEP:URL,…},"functions":{STEP:{"name":…,"url":…},…},…}
//	{"event":"log","step":…,"stream":"stdout"|"stderr","text":…}
//	{"event":"progress","steps":[{"step":…,"waiting":…,"inFlight":…,"delayed":…,"received":…,…},…]}
//	{"event":"kept",…} with the fields of started
//	{"event":"note","text":…}
//	{"event":"dead","step":…,"error":…,"count":…,"body":…,"queueUrl":…}
//	{"event":"ended","steps":[…]}
//
// The fields of a step are those of the table at the end; p50, p95 and p99 are
// milliseconds. dueIn is there where all that a step has left waits for its time:
// the milliseconds until the first comes back. Fields may be added; those that are there stay.
type jsonDisplay struct {
	encoder *encoder
	steps   map[string]string
}

// encoder writes one JSON value per line, one at a time.
type encoder struct {
	mu sync.Mutex
	*json.Encoder
	err error // the first
}

func newEncoder(w io.Writer) *encoder {
	e := &encoder{Encoder: json.NewEncoder(w)}
	e.SetEscapeHTML(false)
	return e
}

func (e *encoder) write(v any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.Encode(v); e.err == nil {
		e.err = err
	}
}

type event struct {
	Event string `json:"event"`
}

func (d *jsonDisplay) interval() time.Duration { return time.Second }

func (d *jsonDisplay) building(folder string) {
	d.encoder.write(struct {
		event
		Folder string `json:"folder"`
	}{event{"building"}, folder})
}

func (d *jsonDisplay) started(e endpoints) { d.endpoints("started", e) }

func (d *jsonDisplay) kept(e endpoints) { d.endpoints("kept", e) }

func (d *jsonDisplay) endpoints(name string, e endpoints) {
	d.encoder.write(struct {
		event
		endpoints
	}{event{name}, e})
}

func (d *jsonDisplay) log(l local.Line) {
	stream := "stdout"
	if l.Stderr {
		stream = "stderr"
	}
	d.encoder.write(struct {
		event
		Step   string `json:"step"`
		Stream string `json:"stream"`
		Text   string `json:"text"`
	}{event{"log"}, nameOf(d.steps, l.Function), stream, l.Text})
}

func (d *jsonDisplay) note(text string) {
	d.encoder.write(struct {
		event
		Text string `json:"text"`
	}{event{"note"}, text})
}

func (d *jsonDisplay) progress(rows []row) { d.rows("progress", rows) }

func (d *jsonDisplay) rows(name string, rows []row) {
	d.encoder.write(struct {
		event
		Steps []row `json:"steps"`
	}{event{name}, rows})
}

func (d *jsonDisplay) end(rows []row, dead []deadGroup, remarks []string) error {
	for _, remark := range remarks {
		d.note(remark)
	}
	if rows == nil {
		return nil
	}
	for _, g := range dead {
		d.encoder.write(struct {
			event
			deadGroup
		}{event{"dead"}, g})
	}
	d.rows("ended", rows)
	return d.encoder.err
}
