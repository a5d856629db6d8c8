package queue

import "time"

// deduplicationWindow is how long a FIFO queue remembers a deduplication ID,
// also when its message is deleted.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
const deduplicationWindow = 5 * time.Minute

// deduplication remembers what was sent lately.
type deduplication struct {
	sent   map[string]firstSent
	oldest []remembered // in the order in which they are forgotten
}

// firstSent is what a repetition is answered with.
type firstSent struct{ id, sequence string }

type remembered struct {
	key string
	at  time.Time
}

// find returns what was sent under a key within the window, or nil. A
// repetition does not prolong the window.
func (d *deduplication) find(key string, now time.Time) *firstSent {
	for len(d.oldest) > 0 && now.Sub(d.oldest[0].at) >= deduplicationWindow {
		delete(d.sent, d.oldest[0].key)
		d.oldest = d.oldest[1:]
	}
	if first, ok := d.sent[key]; ok {
		return &first
	}
	return nil
}

// remember is for a key that find has just not found.
func (d *deduplication) remember(key string, c *content, now time.Time) {
	if d.sent == nil {
		d.sent = map[string]firstSent{}
	}
	d.sent[key] = firstSent{c.id, c.sequence}
	d.oldest = append(d.oldest, remembered{key, now})
}
