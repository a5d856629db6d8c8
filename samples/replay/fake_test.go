package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// inProcess is an HTTP client that calls a server without a network, so that
// tests can run on fake time.
type inProcess struct{ http.Handler }

func (p inProcess) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result(), nil
}

// newReplay connects a replay with two fakes.
func newReplay(b *bucket, s *stream) *replay {
	nobody := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "nobody", SecretAccessKey: "nothing"}, nil
	})
	return &replay{
		s3: s3.New(s3.Options{
			Region: "us-east-1", Credentials: nobody, UsePathStyle: true,
			BaseEndpoint: aws.String("http://s3.test"), HTTPClient: inProcess{b},
		}),
		kinesis: kinesis.New(kinesis.Options{
			Region: "us-east-1", Credentials: nobody,
			BaseEndpoint: aws.String("http://kinesis.test"), HTTPClient: inProcess{s},
		}),
		bucket: "events", stream: "again",
	}
}

// A bucket implements ListObjectsV2 and GetObject. Listing a page of 1000 keys takes some
// time.
type bucket struct {
	objects map[string]string
	latency time.Duration
	pages   int
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("list-type") {
		b.list(w, r)
		return
	}
	body, ok := b.objects[strings.TrimPrefix(r.URL.Path, "/events/")]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `<Error><Code>NoSuchKey</Code></Error>`)
		return
	}
	io.WriteString(w, body)
}

func (b *bucket) list(w http.ResponseWriter, r *http.Request) {
	type object struct{ Key string }
	var page struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string
		Contents              []object
	}
	time.Sleep(b.latency)
	b.pages++
	query := r.URL.Query()
	after := max(query.Get("start-after"), strings.TrimPrefix(query.Get("continuation-token"), "after "))
	for _, key := range b.keys(query.Get("prefix"), after) {
		if len(page.Contents) == 1000 {
			page.IsTruncated = true
			page.NextContinuationToken = "after " + page.Contents[999].Key
			break
		}
		page.Contents = append(page.Contents, object{key})
	}
	xml.NewEncoder(w).Encode(page)
}

func (b *bucket) keys(prefix, after string) []string {
	var keys []string
	for key := range b.objects {
		if strings.HasPrefix(key, prefix) && key > after {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// A stream implements PutRecords.
type stream struct {
	refuse func(data string) bool // may be nil

	mu    sync.Mutex
	calls [][]record // all requests
	held  []record   // all accepted records
}

type record struct {
	Data         []byte
	PartitionKey string
}

func (s *stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in struct {
		StreamName string
		Records    []record
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("X-Amz-Target") != "Kinesis_20131202.PutRecords" || in.StreamName != "again" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.calls = append(s.calls, in.Records)
	var out struct {
		FailedRecordCount int
		Records           []map[string]string
	}
	for _, record := range in.Records {
		if s.refuse != nil && s.refuse(string(record.Data)) {
			out.FailedRecordCount++
			out.Records = append(out.Records, map[string]string{"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "slow down"})
			continue
		}
		s.held = append(s.held, record)
		out.Records = append(out.Records, map[string]string{"SequenceNumber": "1", "ShardId": "shardId-000000000000"})
	}
	json.NewEncoder(w).Encode(out)
}

// data returns the data of the stream, in the order of arrival.
func (s *stream) data() []string {
	var all []string
	for _, record := range s.held {
		all = append(all, string(record.Data))
	}
	return all
}

func sizes(calls [][]record) []int {
	var sizes []int
	for _, call := range calls {
		sizes = append(sizes, len(call))
	}
	return sizes
}

func equal[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
