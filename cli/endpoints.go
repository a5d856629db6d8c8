package cli

import (
	"fmt"
	"io"
)

// endpoints are where a run's queues can be reached.
type endpoints struct {
	Endpoint string            `json:"endpoint"`
	Queues   map[string]string `json:"queues"` // step -> URL
	order    []string
}

func (s *session) endpoints() endpoints {
	e := endpoints{Endpoint: s.stack.Endpoint(), Queues: map[string]string{}}
	queues := s.stack.Snapshot().Queues
	for _, step := range s.first.job.Steps {
		e.Queues[step.Name] = queues[step.Queue].URL
		e.order = append(e.order, step.Name)
	}
	return e
}

func writeEndpoints(w io.Writer, e endpoints) {
	fmt.Fprintln(w, "All queues are empty. Staying up until Ctrl-C; the queues are at")
	for _, step := range e.order {
		fmt.Fprintf(w, "  %s  %s\n", step, e.Queues[step])
	}
	fmt.Fprintf(w, "Send an item with\n  AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x aws sqs send-message --region us-east-1 --endpoint-url %s --queue-url %s --message-body null\n", e.Endpoint, e.Queues[e.order[0]])
}
