package wire

import (
	"errors"
	"fmt"
	"strings"
)

// ParseQueues reads the value of [EnvQueues] and returns the queue URL of every
// step in it. The value is a list of entries, separated by spaces:
//
//	plan=https://sqs.us-east-1.amazonaws.com/123456789012/Replay-plan
//	execute
//	load.fifo
//
// An entry without a URL is a short entry, which only a job with a Name can have. Its
// queue is in the same account and region as own, and is called name, a hyphen and the
// entry. A job of 80 steps needs short entries to fit into Lambda's 4 KB of
// environment. own is the value of [EnvQueue] and name the value of [EnvName]; both
// may be empty if there are no short entries. The error lists all invalid entries.
func ParseQueues(value, own, name string) (map[string]string, error) {
	queues := make(map[string]string)
	var faults []error
	for _, entry := range strings.Fields(value) {
		step, url, explicit := strings.Cut(entry, "=")
		if !explicit {
			step = strings.TrimSuffix(entry, FIFOSuffix)
			url = sibling(own, name, entry)
		}
		switch {
		case step == "" || url == "":
			faults = append(faults, fmt.Errorf("%s: entry %q names no queue (allowed: step=URL, or a step without a URL together with %s and %s)", EnvQueues, entry, EnvQueue, EnvName))
		case queues[step] != "":
			faults = append(faults, fmt.Errorf("%s: duplicate step %q", EnvQueues, step))
		default:
			queues[step] = url
		}
	}
	return queues, errors.Join(faults...)
}

// QueueEntry returns the entry of [EnvQueues] for a step whose queue has the given
// URL. The URL may have placeholders that are replaced later.
func QueueEntry(step, url string) string { return step + "=" + url }

// ShortQueueEntry returns the entry of [EnvQueues] for a step whose queue's name is
// derived from the job's Name and the step.
func ShortQueueEntry(step string, fifo bool) string { return QueueName("", step, fifo)[1:] }

// QueueName returns the physical name of a step's queue in a job with a Name.
func QueueName(name, step string, fifo bool) string {
	if fifo {
		step += FIFOSuffix
	}
	return name + "-" + step
}

// IsFIFO reports whether a queue, given by its URL or name, is a FIFO queue.
func IsFIFO(queue string) bool { return strings.HasSuffix(queue, FIFOSuffix) }

func sibling(own, name, entry string) string {
	slash := strings.LastIndexByte(own, '/')
	if slash < 0 || name == "" {
		return ""
	}
	return own[:slash+1] + name + "-" + entry
}
