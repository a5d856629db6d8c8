package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// loadgen is the sample of that name: in the end every request was made, however
// often its plan went on in another one.
type loadgen struct {
	plain
	made atomic.Int64 // requests, as the target sees them
	done int64        // items of execute that were acknowledged
}

// requests are made in a second of the tests, which is longer than a plan may last.
const requests = 48 // divisible by pace

func newLoadgen(seed uint64) job { return &loadgen{plain: calm(seed)} }

func (*loadgen) steps() []step { return []step{{"plan", true, false}, {"execute", true, true}} }

func (*loadgen) kickOff(base string) (event, id string) {
	return fmt.Sprintf(`{"step": "plan", "data": {"rps": %d, "duration": %q, "url": %q}}`, requests/pace, pace*time.Second, base+"/target"), "plan 0"
}

// read names an item by its step and number: of the request, or of those that
// were planned before.
func (*loadgen) read(step, body string) item {
	var data struct{ Sent, Number int }
	json.Unmarshal([]byte(body), &data)
	return item{ID: fmt.Sprintf("%s %d", step, data.Sent+data.Number)}
}

func (*loadgen) generates(id, child string) bool {
	var before, n int
	var step string
	_, err := fmt.Sscanf(id, "plan %d", &before)
	fmt.Sscan(child, &step, &n)
	return err == nil && n > before
}

// owes allows a plan to leave the rest to another one.
func (*loadgen) owes(id string, there map[string]bool) string {
	var at int
	if _, err := fmt.Sscanf(id, "plan %d", &at); err != nil {
		return ""
	}
	for ; at < requests; at++ {
		next := fmt.Sprintf("execute %d", at+1)
		if there[fmt.Sprintf("plan %d", at)] {
			return ""
		}
		if !there[next] {
			return next
		}
	}
	return ""
}

// did wants as many requests as items that were acknowledged: what a request is
// answered does not matter to the sample, whose step ignores errors.
func (g *loadgen) did(d *delivery) bool {
	if strings.HasPrefix(d.id, "execute ") {
		g.done++
	}
	return g.made.Load() >= g.done
}

// last wants an item for each request, or a dead plan.
func (*loadgen) last(l *ledger) {
	dead := false
	for id, h := range l.items {
		dead = dead || h.dead && strings.HasPrefix(id, "plan ")
	}
	for n := range requests {
		if id := fmt.Sprintf("execute %d", n+1); !dead && !l.item(id).queued {
			l.violate("%s was never generated, and nothing says why", id)
		}
	}
}

// serve is the target. It cannot tell which process calls.
func (g *loadgen) serve(p *process, out http.ResponseWriter, r *http.Request, _ []string) {
	g.made.Add(1)
	if p.w.lot("target", 100) >= p.w.faulty {
		return
	}
	fate := pick(p.w.plan, fmt.Sprint("fate ", p.w.count("fate")), "fails", "is cut", "is slow", "fails", "hangs")
	p.w.stats.add("a service "+fate, 1)
	switch fate {
	case "fails":
		out.WriteHeader(http.StatusInternalServerError)
	case "is cut":
		cut()
	case "is slow":
		time.Sleep(timeout / 10)
	case "hangs":
		select {
		case <-r.Context().Done():
		case <-time.After(timeout):
		}
	}
}
