// Command replay sends events from objects in S3 to a Kinesis stream again. plan lists
// the objects; execute replays one of them.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/serverless-star/starjob/runtime/star"
)

// The steps, each with the type of its items.
var (
	Plan    = star.NewStep[window]("plan")
	Execute = star.NewStep[string]("execute") // an object's key
)

// A window is a part of the bucket: the keys that begin with Prefix and sort after
// After.
type window struct {
	Prefix string `json:"prefix"`
	After  string `json:"after,omitempty"`
}

// A replay reads from a bucket and writes to a stream.
type replay struct {
	s3             *s3.Client
	kinesis        *kinesis.Client
	bucket, stream string
	prefix         string // of windows without a prefix
}

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	r := replay{
		s3:      s3.NewFromConfig(cfg),
		kinesis: kinesis.NewFromConfig(cfg),
		bucket:  os.Getenv("BUCKET"),
		stream:  os.Getenv("STREAM"),
		prefix:  os.Getenv("PREFIX"),
	}
	star.Start(Plan.Handle(r.plan), Execute.Handle(r.execute))
}

// plan generates one item for each key of a window. A bucket may have more keys than
// can be listed before the function's timeout: after half of its time, plan generates
// an item for itself, with the rest of the window.
func (r *replay) plan(ctx context.Context, w window, generate star.Generate) error {
	half, cancel := halfTime(ctx)
	defer cancel()
	w.Prefix = cmp.Or(w.Prefix, r.prefix)
	pages := s3.NewListObjectsV2Paginator(r.s3, &s3.ListObjectsV2Input{
		Bucket:     &r.bucket,
		Prefix:     &w.Prefix,
		StartAfter: &w.After,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, object := range page.Contents {
			if err := generate(Execute.With(*object.Key)); err != nil {
				return err
			}
			w.After = *object.Key
		}
		if half.Err() != nil && pages.HasMorePages() {
			return generate(Plan.With(w))
		}
	}
	return nil
}

// halfTime returns a context that ends after half of the remaining time of ctx. The
// other half is reserved for a slow page and a slow queue.
func halfTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// execute puts the records of one object into the stream, in order as far as PutRecords
// preserves it. If it runs again, it puts all of them again.
func (r *replay) execute(ctx context.Context, key string, _ star.Generate) error {
	object, err := r.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: &key})
	if err != nil {
		return err
	}
	defer object.Body.Close()
	for chunk, err := range chunks(records(object.Body)) {
		if malformed(err) {
			return star.Drop(fmt.Errorf("%s is not JSON: %w", key, err)) // a retry would not help
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", key, err)
		}
		if err := r.put(ctx, chunk); err != nil {
			return err
		}
	}
	return nil
}
