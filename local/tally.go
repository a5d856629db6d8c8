package local

import "sync/atomic"

// tally counts what became of a mapping's messages.
type tally struct {
	received, retries, succeeded, failed, crashed, filtered, throttled, stopped atomic.Int64
}

func (t *tally) state() MappingState {
	return MappingState{
		Received: int(t.received.Load()), Retries: int(t.retries.Load()), Succeeded: int(t.succeeded.Load()),
		Failed: int(t.failed.Load()), Crashed: int(t.crashed.Load()), Filtered: int(t.filtered.Load()),
		Throttled: int(t.throttled.Load()), Stopped: int(t.stopped.Load()),
	}
}
