package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// loadgen is the sample loadgen. In the end every request was made, regardless of how often
// a plan was continued by another one.
type loadgen struct {
	baseJob
	requestsMade atomic.Int64 // as the target counts them
	acknowledged int64        // items of execute that were acknowledged
}

// requests are made in one second (of pace), which is longer than a plan may run.
const requests = 48 // divisible by pace

func newLoadgen(seed uint64) job { return &loadgen{baseJob: sampleScenario(seed)} }

func (*loadgen) steps() []step { return []step{{"plan", true, false}, {"execute", true, true}} }

func (*loadgen) kickOff(base string) (event, id string) {
	return fmt.Sprintf(`{"step": "plan", "data": {"rps": %d, "duration": %q, "url": %q}}`, requests/pace, pace*time.Second, base+"/target"), "plan 0"
}

// itemOf makes an ID of the step and a number: that of the request, or for a plan, the
// number of the requests before it.
func (*loadgen) itemOf(step, body string) item {
	var data struct{ Sent, Number int }
	json.Unmarshal([]byte(body), &data)
	return item{ID: fmt.Sprintf("%s %d", step, data.Sent+data.Number)}
}

func (*loadgen) mayGenerate(id, child string) bool {
	var before, n int
	var step string
	_, err := fmt.Sscanf(id, "plan %d", &before)
	fmt.Sscan(child, &step, &n)
	return err == nil && n > before
}

// missing allows a plan to generate another one for the rest.
func (*loadgen) missing(id string, sent map[string]bool) string {
	var at int
	if _, err := fmt.Sscanf(id, "plan %d", &at); err != nil {
		return ""
	}
	for ; at < requests; at++ {
		next := fmt.Sprintf("execute %d", at+1)
		if sent[fmt.Sprintf("plan %d", at)] {
			return ""
		}
		if !sent[next] {
			return next
		}
	}
	return ""
}

// hasEffect reports whether there were at least as many requests as acknowledged items. The
// responses do not matter, because the step has IgnoreErrors.
func (g *loadgen) hasEffect(d *delivery) bool {
	if strings.HasPrefix(d.id, "execute ") {
		g.acknowledged++
	}
	return g.requestsMade.Load() >= g.acknowledged
}

// judgeEnd checks that each request has an item, or that a plan was dead-lettered.
func (*loadgen) judgeEnd(l *ledger) {
	dead := false
	for id, h := range l.items {
		dead = dead || h.dead && strings.HasPrefix(id, "plan ")
	}
	for n := range requests {
		if id := fmt.Sprintf("execute %d", n+1); !dead && !l.historyOf(id).queued {
			l.violateLocked("%s was never generated, and nothing says why", id)
		}
	}
}

// serve is the target of the requests.
func (g *loadgen) serve(p *process, out http.ResponseWriter, r *http.Request, _ []string) {
	g.requestsMade.Add(1)
	if p.trial.draw("target", 100) >= p.trial.scenario.faultPercent {
		return
	}
	name := pick(p.trial.scenario, fmt.Sprint("fate ", p.trial.count("fate")), "fails", "is cut", "is slow", "fails", "hangs")
	p.trial.stats.add("a service "+name, 1)
	switch name {
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
