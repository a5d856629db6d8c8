package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/expand"
)

// endpoints are where a run's queues and functions can be reached.
type endpoints struct {
	Endpoint    string               `json:"endpoint"`
	Region      string               `json:"region"`
	Queues      map[string]string    `json:"queues"`                // step -> URL
	DeadLetters map[string]string    `json:"deadLetterQueues"`      // step -> URL
	Functions   map[string]reachable `json:"functions"`             // step, or generate -> function
	Order       []string             `json:"steps"`                 // in the order of the template
	Generate    string               `json:"generate,omitempty"`    // the name of the generate function
	DefaultStep string               `json:"defaultStep,omitempty"` // the step that the job begins with
	Template    string               `json:"template,omitempty"`    // its file, where it is one

	// named says that star send and star failed must be told which run is meant.
	named bool
}

// reachable is a function by its name for Lambda's Invoke API, and its URL.
type reachable struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

func (s *session) endpoints() endpoints {
	e := endpoints{
		Endpoint: s.stack.Endpoint(), Region: s.stack.Region(), Queues: map[string]string{},
		DeadLetters: map[string]string{}, Functions: map[string]reachable{}, DefaultStep: s.first.step.Name,
		Template: s.template.path(),
	}
	all := s.stack.Snapshot()
	for _, step := range s.steps {
		e.Order = append(e.Order, step.Name)
		e.Queues[step.Name] = all.Queues[step.Queue].URL
		if step.DeadLetterQueue != "" {
			e.DeadLetters[step.Name] = all.Queues[step.DeadLetterQueue].URL
		}
	}
	for id, f := range all.Functions {
		e.Functions[nameOf(stepNames(s.first.job), id)] = reachable{f.Name, f.URL}
		if id == s.first.job.GenerateFunction {
			e.Generate = f.Name
		}
	}
	return e
}

// allSteps are the job's steps and, as a step each, what else feeds a function
// from a queue.
func (s *session) allSteps() []expand.Step {
	steps := slices.Clone(s.first.job.Steps)
	functions := map[string]int{}
	for _, m := range s.stack.Mappings() {
		functions[m.Function]++
	}
	for _, m := range s.stack.Mappings() {
		if slices.ContainsFunc(steps, func(step expand.Step) bool { return step.EventSource == m.ID }) {
			continue
		}
		name := m.Function
		if functions[m.Function] > 1 {
			name = m.ID
		}
		steps = append(steps, expand.Step{Name: name, Queue: m.Queue, Function: m.Function, EventSource: m.ID, DeadLetterQueue: m.DeadLetterQueue})
	}
	return steps
}

// writeEndpoints tells how to work with a run that stays up. Unsigned requests
// need no credentials, which not everybody has configured.
func writeEndpoints(w io.Writer, e endpoints) {
	if len(e.Order) == 0 {
		fmt.Fprintf(w, "SQS is at %s, but no function runs here: the template has no job, and no enabled mapping from a queue to a function. Staying up until Ctrl-C.\n", e.Endpoint)
		return
	}
	fmt.Fprintln(w, "All queues are empty. Staying up until Ctrl-C. The queues are")
	for _, step := range e.Order {
		fmt.Fprintf(w, "  %s  %s\n", step, e.Queues[step])
	}
	for _, name := range slices.Sorted(maps.Keys(e.Functions)) {
		if f := e.Functions[name]; f.URL != "" {
			fmt.Fprintf(w, "The URL of the function %s is %s\n", name, f.URL)
		}
	}
	run := ""
	if e.named {
		run = " --endpoint " + e.Endpoint
	}
	aws := fmt.Sprintf("--no-sign-request --endpoint-url %s --region %s", e.Endpoint, e.Region)
	fmt.Fprintln(w, "Send an item, from another terminal")
	fmt.Fprintf(w, "  star send%s %s null\n", run, e.Order[0])
	fmt.Fprintf(w, "  aws sqs send-message %s --queue-url %s%s --message-body null\n", aws, e.Queues[e.Order[0]], inOrder(e.Queues[e.Order[0]]))
	if e.Generate != "" {
		// With fileb:// version 1 and 2 of the AWS CLI take the payload alike.
		fmt.Fprintf(w, "  echo '{\"step\":\"%s\"}' | aws lambda invoke %s --function-name %s --payload fileb:///dev/stdin /dev/stdout\n", e.DefaultStep, aws, e.Generate)
		fmt.Fprintf(w, "  curl -d '{\"step\":\"%s\"}' %s/2015-03-31/functions/%s/invocations\n", e.DefaultStep, e.Endpoint, e.Generate)
	}
	fmt.Fprintf(w, "and see dead letters with\n  star failed list%s\n", run)
}

// inOrder is what a message for a FIFO queue needs besides: a group, and an ID that
// no other has had for five minutes.
func inOrder(queueURL string) string {
	if strings.HasSuffix(queueURL, ".fifo") {
		return " --message-group-id a --message-deduplication-id $RANDOM"
	}
	return ""
}
