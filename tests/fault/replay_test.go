package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// replay is the sample of that name, between a bucket and a stream that fail too:
// in the end the stream has the records of every object, or the object is in the
// dead-letter queue.
type replay struct {
	plain
	objects map[string][]string // records, by key

	mu   sync.Mutex
	held map[string]bool // records that the stream has
}

const (
	keys = 30
	// torn is the key of an object that is no JSON, and cut the one of an object
	// that breaks off.
	torn  = "2026/07"
	short = "2026/11"
)

func newReplay(seed uint64) job {
	r := &replay{plain: calm(seed), objects: map[string][]string{}, held: map[string]bool{}}
	for n := range keys {
		key := fmt.Sprintf("2026/%02d", n)
		for i := range 1 + n%4 {
			r.objects[key] = append(r.objects[key], fmt.Sprintf(`{"key":%q,"n":%d}`, key, i))
		}
	}
	return r
}

func (*replay) steps() []step { return []step{{"plan", true, false}, {"execute", true, false}} }

func (*replay) kickOff(string) (event, id string) {
	return `{"step": "plan", "data": {"prefix": "2026/"}}`, "plan "
}

func (*replay) environment(base string) []string {
	return []string{
		"BUCKET=events", "STREAM=again", "AWS_ENDPOINT_URL_S3=" + base + "/s3", "AWS_ENDPOINT_URL_KINESIS=" + base + "/kinesis",
		"AWS_MAX_ATTEMPTS=1", // the SDK would try again for longer than an invocation lasts here
	}
}

// read names an item by its step, and the key that it is about or that it goes on
// after.
func (*replay) read(step, body string) item {
	var key string
	var window struct{ After string }
	if json.Unmarshal([]byte(body), &key) != nil {
		json.Unmarshal([]byte(body), &window)
	}
	return item{ID: step + " " + key + window.After}
}

func (*replay) generates(id, child string) bool {
	after, plans := strings.CutPrefix(id, "plan ")
	_, key, _ := strings.Cut(child, " ")
	return plans && key > after
}

// owes allows a plan to leave the rest to another one.
func (r *replay) owes(id string, there map[string]bool) string {
	at, plans := strings.CutPrefix(id, "plan ")
	for n := 0; plans && n < keys; n++ {
		key := fmt.Sprintf("2026/%02d", n)
		switch {
		case key <= at:
		case there["plan "+at]:
			return ""
		case there["execute "+key]:
			at = key
		default:
			return "execute " + key
		}
	}
	return ""
}

func (*replay) fails(d *delivery) bool { return d.id == "execute "+torn || d.id == "execute "+short }
func (*replay) drops(id string) bool   { return id == "execute "+torn }

func (r *replay) did(d *delivery) bool {
	key, ok := strings.CutPrefix(d.id, "execute ")
	return !ok || r.replayed(key)
}

func (r *replay) replayed(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, record := range r.objects[key] {
		if !r.held[record] {
			return false
		}
	}
	return key != torn && key != short
}

// last wants the records of each object in the stream, or a dead letter.
func (r *replay) last(l *ledger) {
	lost := false // what comes after a plan that is dead, nobody has planned
	for id, h := range l.items {
		lost = lost || h.dead && strings.HasPrefix(id, "plan ")
	}
	for key := range r.objects {
		if !r.replayed(key) && !l.item("execute "+key).dead && !lost {
			l.violate("the object %s was not replayed, and nothing says why", key)
		}
	}
}

// serve is S3 and Kinesis.
func (r *replay) serve(p *process, out http.ResponseWriter, request *http.Request, path []string) {
	switch {
	case path[0] == "kinesis":
		r.stream(p, out, request)
	case len(path) > 2:
		r.get(p, out, strings.Join(path[2:], "/"))
	default:
		r.list(p, out, request.URL.Query())
	}
}
