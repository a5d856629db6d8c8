package function

import (
	"maps"
	"math"
	"slices"
)

// A Distribution adds up values, and knows their quantiles to within one percent,
// in constant memory. Its zero value is empty.
type Distribution struct {
	Sum   float64
	Count int
	// buckets counts values by the rounded logarithm, to the base 1.02, of their
	// magnitude.
	buckets map[int]int
}

const bucketWidth = 0.0198026 // ln 1.02

// underflow is the bucket of zero and of negative values.
const underflow = math.MinInt

// Add adds a value that occurred count times.
func (d *Distribution) Add(value float64, count int) {
	if d.buckets == nil {
		d.buckets = map[int]int{}
	}
	bucket := underflow
	if value > 0 {
		bucket = int(math.Round(math.Log(value) / bucketWidth))
	}
	d.buckets[bucket] += count
	d.Sum += value * float64(count)
	d.Count += count
}

// Quantile returns the value below which the share q (0 to 1) of all values
// lies; 0 if there are none.
func (d *Distribution) Quantile(q float64) float64 {
	rank := int(math.Ceil(q * float64(d.Count)))
	for _, bucket := range slices.Sorted(maps.Keys(d.buckets)) {
		rank -= d.buckets[bucket]
		if rank > 0 {
			continue
		}
		if bucket == underflow {
			return 0
		}
		return math.Exp(float64(bucket) * bucketWidth)
	}
	return 0
}

// clone returns a copy that shares nothing with d.
func (d *Distribution) clone() Distribution {
	return Distribution{d.Sum, d.Count, maps.Clone(d.buckets)}
}
