package queue

// standardOrder is the order of a standard queue: the message that
// became visible first is received first. The messages are the elements of a linked
// list, so any can be removed at once.
type standardOrder struct{ head, tail *message }

func (o *standardOrder) next(*message) *message { return o.head }

func (o *standardOrder) changed(m *message, from state) bool {
	if from == visible {
		o.unlink(m)
	}
	if m.state != visible {
		return false
	}
	switch {
	case o.head == nil:
		o.link(m, nil, nil)
	case m.peeked:
		o.link(m, nil, o.head)
	default:
		o.link(m, o.tail, nil)
	}
	return true
}

// link puts a message between two neighbors, either of which may be nil.
func (o *standardOrder) link(m, previous, following *message) {
	m.previous, m.following = previous, following
	if previous == nil {
		o.head = m
	} else {
		previous.following = m
	}
	if following == nil {
		o.tail = m
	} else {
		following.previous = m
	}
}

func (o *standardOrder) unlink(m *message) {
	if m.previous == nil {
		o.head = m.following
	} else {
		m.previous.following = m.following
	}
	if m.following == nil {
		o.tail = m.previous
	} else {
		m.following.previous = m.previous
	}
	m.previous, m.following = nil, nil
}
