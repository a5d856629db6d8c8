package outbox

// fifoGroups has the FIFO groups with an entry in a batch, and for each group the
// entries that wait for it. At most one entry of a group is in a batch. SQS may accept
// a batch in part, and then the accepted entries would overtake the others.
type fifoGroups map[fifoGroup][]*Entry

type fifoGroup struct{ queue, group string }

func groupOf(e *Entry) fifoGroup { return fifoGroup{e.Queue, e.Group} }

// wait makes an entry wait if another one of its group is in a batch, and reports
// whether it waits. If it does not, the caller puts the entry into a batch.
func (g fifoGroups) wait(e *Entry) bool {
	behind, busy := g[groupOf(e)]
	if busy {
		behind = append(behind, e)
	}
	g[groupOf(e)] = behind
	return busy
}

// next returns the entry of the group that follows ended, or nil if there is none. It
// also returns the abandoned entries before it. They are not sent, because they would
// overtake the lost entry of their item. That item is retried, and generates all of
// them again.
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
