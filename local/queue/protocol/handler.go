// Package protocol serves Amazon SQS over HTTP: in the JSON protocol, which all
// SDKs have used since 2024, and in the Query protocol of older ones, which
// package query translates. Package api implements the actions. Start reading
// at [Handler].
package protocol

import (
	"net/http"

	"github.com/serverless-star/starjob/local/queue"
)

// Handler returns a handler that serves queues in either protocol, at any path, so
// that any AWS SDK can talk to it through AWS_ENDPOINT_URL_SQS. Any signature is
// accepted, and none too.
func Handler(queues *queue.Service) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isQuery(r) {
			serveQuery(queues, w, r)
		} else {
			serveJSON(queues, w, r)
		}
	})
}
