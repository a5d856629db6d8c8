package queue

import "time"

// recentWindow is how long a FIFO queue remembers a deduplication ID, even if its
// message is deleted, and a ReceiveRequestAttemptId.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
const recentWindow = 5 * time.Minute

// recent remembers what happened under a key within the window.
type recent[V any] struct {
	values map[string]V
	oldest []remembered // in the order in which they are forgotten
}

type remembered struct {
	key string
	at  time.Time
}

// find returns the value of a key, or V's zero value. A repetition
// does not extend the window.
func (r *recent[V]) find(key string, now time.Time) V {
	for len(r.oldest) > 0 && now.Sub(r.oldest[0].at) >= recentWindow {
		delete(r.values, r.oldest[0].key)
		r.oldest = r.oldest[1:]
	}
	return r.values[key]
}

// remember must only be called with a key that find has just not found.
func (r *recent[V]) remember(key string, value V, now time.Time) {
	if r.values == nil {
		r.values = map[string]V{}
	}
	r.values[key] = value
	r.oldest = append(r.oldest, remembered{key, now})
}

// firstSent is the response to a repeated message of a FIFO queue.
type firstSent struct{ id, sequence string }

// attempt holds the messages that a FIFO queue returned to a receiver, which may not
// have arrived. The receiver then repeats its call with the same
// ReceiveRequestAttemptId.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
type attempt struct {
	messages []Message
	due      time.Time // when all of them become visible, if none is changed
}

func deduplicationKey(c *content, perGroup bool) string {
	if perGroup {
		return c.group + "\x00" + c.deduplication
	}
	return c.deduplication
}
