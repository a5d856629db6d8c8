package local

import (
	"context"
	"time"
)

// Lambda begins with five batches of a queue at a time, and adds up to 300 a
// minute while there is more to do.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const (
	firstBatches = 5
	oneMoreAfter = time.Minute / 300
)

// hold takes the slots that are not to be used yet, and returns their number.
func (p *poller) hold() int {
	held := max(0, cap(p.slots)-firstBatches)
	for range held {
		p.slots <- struct{}{}
	}
	return held
}

// scale gives the held slots back, one after another, whenever all others are
// in use.
func (p *poller) scale(ctx context.Context, held int) {
	ticker := time.NewTicker(oneMoreAfter)
	defer ticker.Stop()
	for held > 0 {
		select {
		case <-ticker.C:
			if len(p.slots) == cap(p.slots) {
				<-p.slots
				held--
			}
		case <-ctx.Done():
			return
		}
	}
}
