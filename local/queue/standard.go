package queue

// standard is the order of a standard queue: what became visible first is
// received first. It is a list through the messages themselves, so that any can
// be taken out of it at once.
type standard struct{ head, tail *message }

func (l *standard) next(*message) *message { return l.head }

func (l *standard) changed(m *message, from state) bool {
	if from == visible {
		l.unlink(m)
	}
	if m.state != visible {
		return false
	}
	switch {
	case l.head == nil:
		l.link(m, nil, nil)
	case m.looked:
		l.link(m, nil, l.head)
	default:
		l.link(m, l.tail, nil)
	}
	return true
}

// link puts a message between two neighbours, of which one may be missing.
func (l *standard) link(m, previous, following *message) {
	m.previous, m.following = previous, following
	if previous == nil {
		l.head = m
	} else {
		previous.following = m
	}
	if following == nil {
		l.tail = m
	} else {
		following.previous = m
	}
}

func (l *standard) unlink(m *message) {
	if m.previous == nil {
		l.head = m.following
	} else {
		m.previous.following = m.following
	}
	if m.following == nil {
		l.tail = m.previous
	} else {
		m.following.previous = m.previous
	}
	m.previous, m.following = nil, nil
}
