package api

import (
	"strings"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// call is what an action works with besides its input.
type call struct {
	queues *queue.Service
	trace  string // see Request
}

// queueInput is the input of actions that need only a queue, and part of the
// others'.
type queueInput struct{ QueueUrl string }

// queue returns the queue with a URL. Only its last part counts, so that
// containers may reach the service under another host name.
func (c call) queue(url string) (*queue.Queue, error) {
	if url == "" {
		return nil, sqserr.Missing("QueueUrl")
	}
	name := url[strings.LastIndexByte(url, '/')+1:]
	if name == "" {
		return nil, sqserr.New(sqserr.InvalidAddress, "The address %s is not valid for this endpoint.", url)
	}
	return c.queues.Find(name)
}
