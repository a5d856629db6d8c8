package display

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// eventDisplay shows a run as JSON, one event per line:
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
// milliseconds. dueIn is present if all items that a step has left are invisible
// or delayed: the milliseconds until the first becomes visible. Fields may be added;
// those that exist stay.
type eventDisplay struct {
	encoder *encoder
}

// encoder writes one JSON value per line, one at a time.
type encoder struct {
	mu  sync.Mutex
	to  *json.Encoder
	err error // the first
}

func newEncoder(w io.Writer) *encoder {
	e := &encoder{to: json.NewEncoder(w)}
	e.to.SetEscapeHTML(false)
	return e
}

func (e *encoder) write(v any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.to.Encode(v); e.err == nil {
		e.err = err
	}
}

type event struct {
	Event string `json:"event"`
}

func (d *eventDisplay) Interval() time.Duration { return time.Second }

func (d *eventDisplay) Building(folder string) {
	d.encoder.write(struct {
		event
		Folder string `json:"folder"`
	}{event{"building"}, folder})
}

func (d *eventDisplay) Started(e Endpoints) { d.endpoints("started", e) }

func (d *eventDisplay) Kept(e Endpoints) { d.endpoints("kept", e) }

func (d *eventDisplay) endpoints(name string, e Endpoints) {
	d.encoder.write(struct {
		event
		Endpoints
	}{event{name}, e})
}

func (d *eventDisplay) Log(l Line) {
	stream := "stdout"
	if l.Stderr {
		stream = "stderr"
	}
	d.encoder.write(struct {
		event
		Step   string `json:"step"`
		Stream string `json:"stream"`
		Text   string `json:"text"`
	}{event{"log"}, l.Step, stream, l.Text})
}

func (d *eventDisplay) Note(text string) {
	d.encoder.write(struct {
		event
		Text string `json:"text"`
	}{event{"note"}, text})
}

func (d *eventDisplay) Progress(steps []Step) { d.steps("progress", steps) }

func (d *eventDisplay) steps(name string, steps []Step) {
	d.encoder.write(struct {
		event
		Steps []Step `json:"steps"`
	}{event{name}, steps})
}

func (d *eventDisplay) End(steps []Step, dead []DeadLetters, remarks []string) error {
	for _, remark := range remarks {
		d.Note(remark)
	}
	if steps == nil {
		return nil
	}
	for _, g := range dead {
		d.encoder.write(struct {
			event
			DeadLetters
		}{event{"dead"}, g})
	}
	d.steps("ended", steps)
	return d.encoder.err
}
