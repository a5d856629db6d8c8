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
// An entry without a URL, which a job with a Name can have, stands for a queue
// beside own whose name is name, a hyphen and the entry: a job of 80 steps fits
// into Lambda's 4 KB of environment only so. own is the value of [EnvQueue] and
// name that of [EnvName]; both may be empty where no entry needs them. All
// faulty entries are reported together.
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
			faults = append(faults, fmt.Errorf("%s: entry %q names no queue: want step=URL, or a bare step together with %s and %s", EnvQueues, entry, EnvQueue, EnvName))
		case queues[step] != "":
			faults = append(faults, fmt.Errorf("%s: step %q is listed twice", EnvQueues, step))
		default:
			queues[step] = url
		}
	}
	return queues, errors.Join(faults...)
}

// QueueEntry is the entry of [EnvQueues] for a step whose queue has the given
// URL, which may hold placeholders that are filled in later.
func QueueEntry(step, url string) string { return step + "=" + url }

// ShortQueueEntry is the entry of [EnvQueues] for a step whose queue's name
// follows from the job's Name and the step.
func ShortQueueEntry(step string, fifo bool) string { return QueueName("", step, fifo)[1:] }

// QueueName is the physical name of a step's queue in a job with a Name.
func QueueName(name, step string, fifo bool) string {
	if fifo {
		step += FIFOSuffix
	}
	return name + "-" + step
}

// IsFIFO tells by its URL or name whether a queue is FIFO.
func IsFIFO(queue string) bool { return strings.HasSuffix(queue, FIFOSuffix) }

func sibling(own, name, entry string) string {
	slash := strings.LastIndexByte(own, '/')
	if slash < 0 || name == "" {
		return ""
	}
	return own[:slash+1] + name + "-" + entry
}
