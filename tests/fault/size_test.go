package fault

// What SQS takes in one call: as many bytes, and as many messages.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const (
	mostBytes   = 1 << 20
	mostEntries = 10
)

func (c *call) bytes() (n int) {
	for _, e := range c.all {
		n += e.bytes
	}
	return n
}

// limit wants a call to be one that SQS takes.
func (c *call) limit() {
	if n := c.bytes(); c.action == "SendMessageBatch" && (n > mostBytes || len(c.all) > mostEntries) {
		c.w.violation("a call with %d messages of %d bytes: SQS takes %d and %d", len(c.all), n, mostEntries, mostBytes)
	}
	if c.bytes() > mostBytes/2 {
		c.w.stats.add(largeCalls, 1)
	}
}

// tooLong tells whether the world's service finds a batch too long. Then none of
// its messages may come again but alone, as far as they can be told from those of
// another attempt.
func (c *call) tooLong() bool {
	if c.action != "SendMessageBatch" || len(c.all) < 2 || c.buries() {
		return false
	}
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	long := c.bytes() > c.w.longest
	for _, e := range c.all {
		if c.w.job.read("", e.body).By == "" {
			continue
		}
		if c.w.alone[e.body] {
			defer c.w.violation("%.80s… was in a batch that was too long, and is in another one", e.body)
		}
		c.w.alone[e.body] = c.w.alone[e.body] || long
	}
	return long
}
