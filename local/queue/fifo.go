package queue

import "container/list"

// groups is the order of a FIFO queue: each message group in the order of its
// sequence numbers, and none while one of its messages is in flight.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
type groups struct {
	byID map[string]*group
	// open are the groups that a message can be received of, in the order in
	// which they became so.
	open list.List
}

// group is one message group that has messages.
type group struct {
	waiting  *sorted // visible and delayed, by number
	inFlight int
	place    *list.Element // among the open ones; nil while closed
}

func newGroups() *groups { return &groups{byID: map[string]*group{}} }

// next stays with the group of the last message, as SQS does: one call receives
// as many of a group as it can before it turns to another.
func (o *groups) next(last *message) *message {
	if last != nil {
		if g := o.byID[last.group]; g != nil && g.ready() {
			return g.waiting.first()
		}
	}
	if front := o.open.Front(); front != nil {
		return front.Value.(*group).waiting.first()
	}
	return nil
}

// ready tells whether the group's first message is there. A delayed one holds
// up those behind it, or they would overtake it.
func (g *group) ready() bool {
	m := g.waiting.first()
	return m != nil && m.state == visible
}

func (o *groups) changed(m *message, from state) bool {
	g := o.byID[m.group]
	if g == nil {
		g = &group{waiting: newSorted(numberFirst, groupPlace)}
		o.byID[m.group] = g
	}
	if from.waiting() && !m.state.waiting() {
		g.waiting.remove(m)
	}
	if !from.waiting() && m.state.waiting() {
		g.waiting.add(m)
	}
	if from == inFlight {
		g.inFlight--
	}
	if m.state == inFlight {
		g.inFlight++
	}
	return o.refresh(m.group, g)
}

// refresh opens or closes a group, forgets an empty one, and tells whether it
// is open.
func (o *groups) refresh(id string, g *group) bool {
	open := g.inFlight == 0 && g.ready()
	switch {
	case open && g.place == nil:
		g.place = o.open.PushBack(g)
	case !open && g.place != nil:
		o.open.Remove(g.place)
		g.place = nil
	}
	if g.inFlight == 0 && g.waiting.Len() == 0 {
		delete(o.byID, id)
	}
	return open
}
