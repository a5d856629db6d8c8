package queue

import (
	"net/http/httptest"
	"os"
	"testing"

	"github.com/serverless-star/starjob/local/queue/queuetest"
)

// serve serves new queues on loopback.
func serve(tb testing.TB) (*Service, string) {
	tb.Helper()
	server := httptest.NewUnstartedServer(nil)
	endpoint := "http://" + server.Listener.Addr().String()
	s := New(Config{BaseURL: endpoint, Region: "us-east-1", AccountID: "000000000000"})
	server.Config.Handler = s
	server.Start()
	tb.Cleanup(func() {
		s.Close()
		server.Close()
	})
	return s, endpoint
}

func TestConformance(t *testing.T) {
	t.Parallel()
	_, endpoint := serve(t)
	queuetest.Run(t, queuetest.Server{Endpoint: endpoint})
}

// TestConformanceElsewhere runs the same cases against another implementation,
// whose name says which differences are known.
func TestConformanceElsewhere(t *testing.T) {
	endpoint := os.Getenv("STARJOB_TEST_SQS_ENDPOINT")
	if endpoint == "" {
		t.Skip("STARJOB_TEST_SQS_ENDPOINT is not set")
	}
	queuetest.Run(t, queuetest.Server{
		Endpoint: endpoint, Region: os.Getenv("AWS_REGION"),
		Differences: queuetest.Differences(os.Getenv("STARJOB_TEST_SQS_NAME")),
	})
}
