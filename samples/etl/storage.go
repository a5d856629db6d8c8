package main

import (
	"context"
	"sync"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file://
	_ "gocloud.dev/blob/s3blob"   // s3://
)

// buckets stay open until the process exits. Opening one in S3 requires credentials and
// connections, which the next item can reuse.
var buckets opened

// opened has the open buckets by their URLs.
type opened struct {
	mu    sync.Mutex
	byURL map[string]*blob.Bucket
}

// at returns the bucket at a URL. The items of a batch share it.
func (o *opened) at(ctx context.Context, url string) (*blob.Bucket, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if bucket, ok := o.byURL[url]; ok {
		return bucket, nil
	}
	bucket, err := blob.OpenBucket(ctx, url)
	if err != nil {
		return nil, err
	}
	if o.byURL == nil {
		o.byURL = map[string]*blob.Bucket{}
	}
	o.byURL[url] = bucket
	return bucket, nil
}
