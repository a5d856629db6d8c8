//go:build unix

package host

import (
	"fmt"
	"sync"
	"testing"
)

// BenchmarkCall handles a batch of items concurrently, with an empty handler.
func BenchmarkCall(b *testing.B) {
	for _, n := range []int{1, 10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := newHost(b, "hello")
			ctx := bound(b)
			b.ReportAllocs()
			for b.Loop() {
				var group sync.WaitGroup
				for range n {
					group.Go(func() {
						if err := h.Call(ctx, Meta{MessageID: "059f36b4-87a3-44ab-83d2-661975830a7d"}, []byte("{}"), nil); err != nil {
							b.Error(err)
						}
					})
				}
				group.Wait()
			}
		})
	}
}

// BenchmarkGenerate is one item that generates many.
func BenchmarkGenerate(b *testing.B) {
	h := newHost(b, "hello")
	b.ReportAllocs()
	if err := order(b, bound(b), h, orders{Generate: b.N}, nil); err != nil {
		b.Error(err)
	}
}
