package mapping

import "sync/atomic"

// A State counts what became of messages. A message counts once for each time that
// it was delivered.
type State struct {
	Received  int // delivered to the function
	Retries   int // delivered again
	Succeeded int // deleted after a good reply
	Failed    int // all others
	Crashed   int // failed because the invocation or its reply did
	Filtered  int // deleted because they matched no filter
	Throttled int // received and not delivered, as no process was free in time
	Stopped   int // received and not delivered, as Lambda would end their loop
}

// counters count what becomes of a mapping's messages.
type counters struct {
	received, retries, succeeded, failed, crashed, filtered, throttled, stopped atomic.Int64
}

func (c *counters) state() State {
	return State{
		Received: int(c.received.Load()), Retries: int(c.retries.Load()), Succeeded: int(c.succeeded.Load()),
		Failed: int(c.failed.Load()), Crashed: int(c.crashed.Load()), Filtered: int(c.filtered.Load()),
		Throttled: int(c.throttled.Load()), Stopped: int(c.stopped.Load()),
	}
}
