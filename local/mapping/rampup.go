package mapping

import (
	"context"
	"time"
)

// Lambda begins with five batches of a queue at a time, and adds up to 300 a
// minute while there is more to do.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const (
	initialBatches = 5
	oneMoreEvery   = time.Minute / 300
)

// holdSlots occupies the slots that are not to be used yet, and returns their
// number.
func (p *Poller) holdSlots() int {
	held := max(0, cap(p.slots)-initialBatches)
	for range held {
		p.slots <- struct{}{}
	}
	return held
}

// scaleUp releases the held slots, one after another, whenever all others are in
// use.
func (p *Poller) scaleUp(ctx context.Context, held int) {
	ticker := time.NewTicker(oneMoreEvery)
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
