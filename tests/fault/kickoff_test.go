package fault

import (
	"encoding/json"
	"fmt"
	"time"
)

// kickOff puts the root into its queue by way of the generate function, in the
// same bad world: again and again, until the function answers that it is there.
func (w *world) kickOff() error {
	var p *process
	defer func() {
		if p != nil {
			p.kill()
		}
	}()
	group := ""
	if w.fifo {
		group = `, "group": "root"`
	}
	event := fmt.Appendf(nil, `{"step": "work", "data": {"ID": %q}%s}`, root, group)
	for w.done.Err() == nil {
		if p == nil {
			var err error
			if p, err = w.start("star.generate"); err != nil {
				return err
			}
		}
		select {
		case <-p.idle:
		case <-p.dead:
			w.buried(p)
			p = nil
			continue
		}
		if r, ok := p.answer(event); ok && w.kickedOff(r) {
			return nil
		}
	}
	return nil
}

// answer invokes a process that is idle, and returns what it answers in time.
func (p *process) answer(event []byte) (reply, bool) {
	over := time.NewTimer(timeout)
	defer over.Stop()
	select {
	case p.events <- invocation{"kick-off", event, time.Now().Add(timeout)}:
	case <-p.dead:
		return reply{}, false
	}
	select {
	case r := <-p.replies:
		return r, true
	case <-p.dead:
	case <-over.C:
		p.w.stats.add("overtime", 1)
		p.kill()
	}
	return reply{}, false
}

// kickedOff wants of an answer that the root is in its queue. An error means
// nothing: it may be there all the same.
func (w *world) kickedOff(r reply) bool {
	if r.kind == "error" {
		return false
	}
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	var a struct {
		MessageIDs []string `json:"messageIds"`
	}
	if err := json.Unmarshal(r.body, &a); err != nil || len(a.MessageIDs) != 1 || a.MessageIDs[0] == "" {
		w.violate("the generate function answered %s", r.body)
	}
	if w.item(root).queue != w.work.Name() {
		w.violate("the generate function answered %s, and the item is not in its queue", r.body)
	}
	return true
}
