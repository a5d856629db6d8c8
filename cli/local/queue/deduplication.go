package queue

import "time"

// deduplicationWindow is how long a FIFO queue remembers a deduplication ID,
// also when its message is deleted.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
const deduplicationWindow = 5 * time.Minute

// deduplication remembers what was sent lately.
type deduplication struct {
	sent   map[string]Sent
	oldest []remembered // in the order in which they are forgotten
}

type remembered struct {
	key string
	at  time.Time
}

// find returns what was sent under a key within the window. A repetition does
// not prolong it.
func (d *deduplication) find(key string, now time.Time) (Sent, bool) {
	for len(d.oldest) > 0 && now.Sub(d.oldest[0].at) >= deduplicationWindow {
		delete(d.sent, d.oldest[0].key)
		d.oldest = d.oldest[1:]
	}
	sent, ok := d.sent[key]
	return sent, ok
}

// remember is for a key that find has just not found.
func (d *deduplication) remember(key string, sent Sent, now time.Time) {
	if d.sent == nil {
		d.sent = map[string]Sent{}
	}
	d.sent[key] = sent
	d.oldest = append(d.oldest, remembered{key, now})
}
