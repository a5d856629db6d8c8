package queue

import "container/list"

// fifoOrder is the order of a FIFO queue: each message group in the order of its
// sequence numbers, and none while one of its messages is in flight.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
type fifoOrder struct {
	byID map[string]*fifoGroup
	// open are the groups that have a message to receive, in the order in which
	// they became so.
	open list.List
}

// fifoGroup is one message group that has messages.
type fifoGroup struct {
	waiting  *sorted // visible and delayed, by number
	inFlight int
	element  *list.Element // of the open ones; nil while closed
}

func newFIFOOrder() *fifoOrder { return &fifoOrder{byID: map[string]*fifoGroup{}} }

// next stays with the group of the last message, as SQS does: one call receives
// as many of a group as it can before it turns to another.
func (o *fifoOrder) next(last *message) *message {
	if last != nil {
		if g := o.byID[last.group]; g != nil && g.ready() {
			return g.waiting.first()
		}
	}
	if front := o.open.Front(); front != nil {
		return front.Value.(*fifoGroup).waiting.first()
	}
	return nil
}

// ready reports whether the group's first message is visible. A delayed one holds
// up those behind it, or they would overtake it.
func (g *fifoGroup) ready() bool {
	m := g.waiting.first()
	return m != nil && m.state == visible
}

func (o *fifoOrder) changed(m *message, from state) bool {
	g := o.byID[m.group]
	if g == nil {
		g = &fifoGroup{waiting: newSorted(numberFirst, groupIndex)}
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

// refresh opens or closes a group, forgets an empty one, and reports whether it is
// open.
func (o *fifoOrder) refresh(id string, g *fifoGroup) bool {
	open := g.inFlight == 0 && g.ready()
	switch {
	case open && g.element == nil:
		g.element = o.open.PushBack(g)
	case !open && g.element != nil:
		o.open.Remove(g.element)
		g.element = nil
	}
	if g.inFlight == 0 && g.waiting.Len() == 0 {
		delete(o.byID, id)
	}
	return open
}
