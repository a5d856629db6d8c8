package fault

import "encoding/json"

// kickOff puts the first item into its queue by way of the generate function, in
// the same bad world: again and again, until the function answers that it is
// there.
func (w *world) kickOff() error {
	for there := false; !there && w.done.Err() == nil; {
		p, err := w.start("star.generate")
		if err != nil {
			return err
		}
		there = w.ask(p)
		if !there && w.done.Err() == nil {
			w.buried(p)
		}
		p.kill()
	}
	return nil
}

// ask asks a process of the generate function for the first item, until it has
// ended or the item is there.
func (w *world) ask(p *process) (there bool) {
	event, id := w.job.kickOff(w.server.URL + "/" + p.name)
	for {
		select {
		case <-p.idle:
		case <-p.gone.Done():
			return false
		case <-w.done.Done():
			return false
		}
		if r, ok := p.invoke("kick-off", []byte(event)); ok && w.kickedOff(r, id) {
			return true
		}
	}
}

// kickedOff wants of an answer that the first item is in its queue. An error
// means nothing: it may be there all the same.
func (w *world) kickedOff(r reply, id string) bool {
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
	if !w.item(id).queued {
		w.violate("the generate function answered %s, and the item is not in its queue", r.body)
	}
	return true
}
