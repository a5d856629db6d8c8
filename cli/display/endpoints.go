package display

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// writeEndpoints explains how to work with a run that keeps running. The commands
// send unsigned requests, because not everybody has credentials.
func writeEndpoints(w io.Writer, e Endpoints) {
	if len(e.Order) == 0 {
		fmt.Fprintf(w, "SQS is at %s, but no function runs.\nThe template has no job and no enabled event source mapping of a queue.\nPress Ctrl-C to stop.\n", e.Endpoint)
		return
	}
	fmt.Fprintln(w, "All queues are empty. The run continues until you press Ctrl-C.\n\nQueues:")
	for _, step := range e.Order {
		fmt.Fprintf(w, "  %s  %s\n", step, e.Queues[step])
	}
	heading := "Function URLs:\n"
	for _, name := range slices.Sorted(maps.Keys(e.Functions)) {
		if f := e.Functions[name]; f.URL != "" {
			fmt.Fprintf(w, "%s  %s  %s\n", heading, name, f.URL)
			heading = ""
		}
	}
	endpoint := ""
	if e.NeedsEndpoint {
		endpoint = " --endpoint " + e.Endpoint
	}
	first := e.Order[0]
	aws := fmt.Sprintf("--no-sign-request --endpoint-url %s --region %s", e.Endpoint, e.Region)
	fmt.Fprintln(w, "Send an item from another terminal:")
	fmt.Fprintf(w, "  star send%s %s null\n", endpoint, first)
	fmt.Fprintf(w, "  aws sqs send-message %s --queue-url %s%s --message-body null\n", aws, e.Queues[first], fifoFlags(e.Queues[first]))
	if e.Generate != "" {
		// Versions 1 and 2 of the AWS CLI read a payload from fileb:// alike.
		fmt.Fprintf(w, "  echo '{\"step\":\"%s\"}' | aws lambda invoke %s --function-name %s --payload fileb:///dev/stdin /dev/stdout\n", e.DefaultStep, aws, e.Generate)
		fmt.Fprintf(w, "  curl -d '{\"step\":\"%s\"}' %s/2015-03-31/functions/%s/invocations\n", e.DefaultStep, e.Endpoint, e.Generate)
	}
	fmt.Fprintf(w, "List dead letters:\n  star failed list%s\n", endpoint)
}

// fifoFlags returns the flags that send-message requires for a FIFO queue: a group,
// and a deduplication ID that was not used in the last five minutes.
func fifoFlags(queueURL string) string {
	if strings.HasSuffix(queueURL, ".fifo") {
		return " --message-group-id a --message-deduplication-id $RANDOM"
	}
	return ""
}
