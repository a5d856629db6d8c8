package queue

import (
	"fmt"
	"testing"
)

// BenchmarkBacklog sends, receives and deletes batches in process, with backlogs
// of different sizes before and behind them: the time must not grow with these.
func BenchmarkBacklog(b *testing.B) {
	for _, fifo := range []bool{false, true} {
		for _, backlog := range []int{0, 100_000, 400_000} {
			b.Run(fmt.Sprintf("fifo=%t/backlog=%d", fifo, backlog), func(b *testing.B) { benchmarkBacklog(b, fifo, backlog) })
		}
	}
}

func benchmarkBacklog(b *testing.B, fifo bool, backlog int) {
	s := newService()
	q := create(b, s, "q", nil)
	if fifo {
		q = create(b, s, "q.fifo", attrs{"FifoQueue": "true"})
	}
	next := 0
	sendNext := func() {
		m := Outgoing{Body: "body"}
		if fifo {
			m.GroupID, m.DeduplicationID = fmt.Sprint(next%1000), fmt.Sprint(next)
		}
		sendAs(b, q, m)
		next++
	}
	for range backlog {
		sendNext()
	}
	const batch = 100
	handles := make([]string, 0, batch)
	b.ReportAllocs()
	for b.Loop() {
		for range batch {
			sendNext()
		}
		handles = handles[:0]
		for _, m := range receive(b, q, batch) {
			handles = append(handles, m.ReceiptHandle)
		}
		if err := q.Delete(handles...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "messages/s")
}
