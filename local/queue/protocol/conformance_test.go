package protocol

import (
	"os"
	"testing"

	"github.com/serverless-star/starjob/local/queue/queuetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	_, endpoint := serve(t)
	queuetest.Run(t, queuetest.Server{Endpoint: endpoint})
}

// TestConformanceElsewhere runs the same cases against another implementation. Its
// name selects the known differences.
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
