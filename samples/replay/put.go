package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// Bounds of one PutRecords call. Kinesis accepts up to 10 MiB. Half of that is as fast,
// and cheaper to repeat.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
const (
	maxRecords = 500
	maxBytes   = 5 << 20 // data and partition keys
)

// Bounds of the delay before refused records are put again.
const (
	minPause = 100 * time.Millisecond
	maxPause = 5 * time.Second
)

// chunks collects records for as few PutRecords calls as possible. A record that is
// larger than maxBytes gets its own call, and the stream decides whether to accept it.
func chunks(records iter.Seq2[json.RawMessage, error]) iter.Seq2[[]types.PutRecordsRequestEntry, error] {
	return func(yield func([]types.PutRecordsRequestEntry, error) bool) {
		var chunk []types.PutRecordsRequestEntry
		size := 0
		for record, err := range records {
			if err != nil {
				yield(nil, err)
				return
			}
			entry := entryOf(record)
			added := len(entry.Data) + len(*entry.PartitionKey)
			if len(chunk) == maxRecords || len(chunk) > 0 && size+added > maxBytes {
				if !yield(chunk, nil) {
					return
				}
				chunk, size = nil, 0
			}
			chunk, size = append(chunk, entry), size+added
		}
		if len(chunk) > 0 {
			yield(chunk, nil)
		}
	}
}

// entryOf derives a record's partition key from its bytes. That distributes records over
// all shards, and sends a duplicate to the shard of the first record, where a consumer
// can recognize it.
func entryOf(record json.RawMessage) types.PutRecordsRequestEntry {
	sum := sha256.Sum256(record)
	return types.PutRecordsRequestEntry{Data: record, PartitionKey: aws.String(hex.EncodeToString(sum[:16]))}
}

// put returns when Kinesis has accepted all records of a chunk, or when ctx ends.
// PutRecords succeeds even if it refuses some records, usually because a shard is busy.
// Only those are put again.
func (r *replay) put(ctx context.Context, chunk []types.PutRecordsRequestEntry) error {
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		out, err := r.kinesis.PutRecords(ctx, &kinesis.PutRecordsInput{StreamName: &r.stream, Records: chunk})
		if err != nil {
			return err
		}
		var refused []types.PutRecordsRequestEntry
		reason := ""
		for i, result := range out.Records {
			if result.ErrorCode != nil {
				refused = append(refused, chunk[i])
				reason = *result.ErrorCode
			}
		}
		if len(refused) == 0 {
			return nil
		}
		chunk = refused
		select {
		case <-time.After(pause/2 + rand.N(pause/2)):
		case <-ctx.Done():
			return fmt.Errorf("%s still refuses %d records with %s: %w", r.stream, len(refused), reason, ctx.Err())
		}
	}
}
