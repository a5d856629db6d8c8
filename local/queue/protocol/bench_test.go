package protocol

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/queuetest"
)

// BenchmarkSendMessageBatch sends ten messages of 100 bytes a time, with the SDK
// on loopback.
func BenchmarkSendMessageBatch(b *testing.B) {
	s, endpoint := serve(b)
	q := create(b, s, "q", nil)
	client := queuetest.Server{Endpoint: endpoint}.Client()
	in := &sqs.SendMessageBatchInput{QueueUrl: aws.String(q.URL())}
	for i := range 10 {
		in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: aws.String(strings.Repeat("x", 100))})
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.SendMessageBatch(context.Background(), in); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N*10)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkBatches sends, receives and deletes ten messages of 100 bytes a time,
// in process: the rest is the work of the handler.
func BenchmarkBatches(b *testing.B) {
	s := queue.New(queue.Config{BaseURL: "http://127.0.0.1:9324", Region: "us-east-1", AccountID: "000000000000"})
	create(b, s, "q", nil)
	h := Handler(s)
	post := func(action, body string) []byte {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", target+action)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("%s answers %d %s", action, w.Code, w.Body)
		}
		return w.Body.Bytes()
	}
	entry := `{"Id":"%d","MessageBody":"` + strings.Repeat("x", 100) + `"}`
	send := `{"QueueUrl":"http://127.0.0.1:9324/000000000000/q","Entries":[` + fmt.Sprintf(entry, 0)
	for i := range 9 {
		send += "," + fmt.Sprintf(entry, i+1)
	}
	send += "]}"
	deletion := regexp.MustCompile(`"ReceiptHandle":"([^"]*)"`)
	b.Run("SendMessageBatch", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			post("SendMessageBatch", send)
		}
	})
	// The messages from above are received again and again.
	b.Run("ReceiveMessage", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			post("ReceiveMessage", `{"QueueUrl":"q","MaxNumberOfMessages":10,"VisibilityTimeout":0}`)
		}
	})
	b.Run("DeleteMessageBatch", func(b *testing.B) {
		received := post("ReceiveMessage", `{"QueueUrl":"q","MaxNumberOfMessages":10,"VisibilityTimeout":600}`)
		body := `{"QueueUrl":"q","Entries":[`
		for i, match := range deletion.FindAllSubmatch(received, -1) {
			if i > 0 {
				body += ","
			}
			body += fmt.Sprintf(`{"Id":"%d","ReceiptHandle":"%s"}`, i, match[1])
		}
		body += "]}"
		b.ReportAllocs()
		for b.Loop() {
			post("DeleteMessageBatch", body)
		}
	})
}
