package outbox

// fifoGroups are the FIFO groups of which an entry is in a batch, each with the
// entries that wait behind it. At most one entry of a group is in a batch, since a
// batch may be accepted in part, and the accepted part would then overtake the
// rest.
type fifoGroups map[fifoGroup][]*Entry

type fifoGroup struct{ queue, group string }

func groupOf(e *Entry) fifoGroup { return fifoGroup{e.Queue, e.Group} }

// wait lets an entry wait if one of its group is in a batch, and reports whether
// it does. If not, the caller puts the entry into a batch.
func (g fifoGroups) wait(e *Entry) bool {
	behind, busy := g[groupOf(e)]
	if busy {
		behind = append(behind, e)
	}
	g[groupOf(e)] = behind
	return busy
}

// next returns the entry of a group that follows ended, if there is one. It also
// returns those that would have come first but are abandoned: they are not sent,
// because they would overtake the lost entry of their item, which is received
// again to generate them all once more.
func (g fifoGroups) next(ended *Entry) (next *Entry, abandoned []*Entry) {
	group := groupOf(ended)
	behind := g[group]
	for len(behind) > 0 && behind[0].Abandoned() {
		abandoned = append(abandoned, behind[0])
		behind = behind[1:]
	}
	if len(behind) == 0 {
		delete(g, group)
		return nil, abandoned
	}
	g[group] = behind[1:]
	return behind[0], abandoned
}
