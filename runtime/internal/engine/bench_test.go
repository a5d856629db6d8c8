package engine

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

// BenchmarkBatch runs one invocation with empty handlers, which measures the cost of the
// runtime.
func BenchmarkBatch(b *testing.B) {
	for _, n := range []int{1, 10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e := New(testConfig(), Handler(succeeds), &fakeSQS{}, NewLog(io.Discard, ""), io.Discard)
			batch := sqsEvent(numbered(n)...)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Invoke(context.Background(), batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/item")
		})
	}
}

// BenchmarkGenerate generates items, up to the call of SQS.
func BenchmarkGenerate(b *testing.B) {
	for _, step := range []string{"sink", "ordered"} {
		b.Run(step, func(b *testing.B) {
			b.ReportAllocs()
			e := New(testConfig(), Handler(func(_ context.Context, _ []byte, generate Generate) error {
				for b.Loop() {
					if err := generate(Invocation{Step: step, Data: "an item of a hundred bytes, or of about so many, as they are common in jobs of all kinds and sizes"}); err != nil {
						return err
					}
				}
				return nil
			}), discard{}, NewLog(io.Discard, ""), io.Discard)
			if _, err := e.Invoke(context.Background(), sqsEvent(bodies("1")...)); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// discard accepts everything.
type discard struct{}

func (discard) Send(_ context.Context, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
	return make([]sqs.Result, len(messages)), nil
}

func (discard) ChangeVisibility(context.Context, string, []sqs.VisibilityChange) error { return nil }
