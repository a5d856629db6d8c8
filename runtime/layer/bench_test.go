//go:build unix

package layer_test

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkHosts measures what an item costs in the host, without the dispatcher: wall
// time, and the CPU time of the host process, including its start.
func BenchmarkHosts(b *testing.B) {
	for _, v := range variants {
		for _, batch := range []int{10, 1000} {
			b.Run(fmt.Sprintf("%s/done/%d", v.name, batch), func(b *testing.B) {
				benchmark(b, v, batch, `{"case":"done"}`)
			})
		}
		b.Run(v.name+"/generate/list", func(b *testing.B) {
			benchmark(b, v, 1, fmt.Sprintf(`{"case":"many","count":%d}`, b.N))
		})
		b.Run(v.name+"/generate/one by one", func(b *testing.B) {
			benchmark(b, v, 1, fmt.Sprintf(`{"case":"loop","count":%d}`, b.N))
		})
	}
}

// benchmark has b.N items handled or generated.
func benchmark(b *testing.B, v variant, batch int, data string) {
	d := v.start(b, v.handler)
	b.ResetTimer()
	for n := 0; n < b.N; n += batch {
		var frames []byte
		for id := range uint32(batch) {
			frames = call(frames, uint32(n)+id, data)
		}
		d.write(frames)
		if d.benchmarkBatch(batch) > 1 {
			break // one call has generated all
		}
	}
	b.StopTimer()
	_ = d.conn.Close()
	_ = d.cmd.Wait()
	used := d.cmd.ProcessState.UserTime() + d.cmd.ProcessState.SystemTime()
	b.ReportMetric(float64(used)/float64(time.Microsecond)/float64(b.N), "cpu-µs/op")
}

func (d *dispatcher) benchmarkBatch(open int) (generated int) {
	answers := make(chan []byte, 1024) // so that reading does not wait for the host to read
	defer close(answers)
	go func() {
		for a := range answers {
			_, _ = d.conn.Write(a)
		}
	}()
	for open > 0 {
		f := d.next()
		if f.kind != 'G' {
			open--
			continue
		}
		generated++
		unanswered := uint32(1)
		for d.frames.Buffered() >= 5 {
			if kind, _ := d.frames.Peek(5); kind[4] != 'G' {
				break
			}
			d.next()
			unanswered++
		}
		answers <- accepted(f.id, unanswered)
		generated += int(unanswered) - 1
	}
	return generated
}
