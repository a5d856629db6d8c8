package display

// Step is the figures of one step at a moment. Items count once for each
// delivery, so that Received is the sum of Succeeded, Failed and Ignored once no
// invocation is running. Its JSON is part of the events that programs read: fields
// may be added, and those that exist stay.
type Step struct {
	Name      string `json:"step"`
	Waiting   int    `json:"waiting"`  // visible in the queue
	InFlight  int    `json:"inFlight"` // received, and being processed or waiting to be retried
	Delayed   int    `json:"delayed"`  // sent with a delay that has not run out
	Arrived   int    `json:"arrived"`  // messages that were ever sent to the queue
	Received  int    `json:"received"` // deliveries to the function
	Succeeded int    `json:"succeeded"`
	Failed    int    `json:"failed"`    // will be retried, or is dead-lettered
	Ignored   int    `json:"ignored"`   // failed, but complete because of IgnoreErrors
	Retries   int    `json:"retries"`   // deliveries after an item's first
	Dead      int    `json:"dead"`      // messages that were moved to the dead-letter queue
	Generated int    `json:"generated"` // items sent to any step

	// Quantiles of the milliseconds that the handler took for an item.
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`

	ColdStarts int `json:"coldStarts"` // processes started

	// DueIn is the milliseconds until the first of the items in flight or delayed
	// becomes visible, if all items that the step has left wait for that;
	// otherwise 0.
	DueIn float64 `json:"dueIn,omitempty"`
}

// finished is how many items are complete.
func (s Step) finished() int { return s.Succeeded + s.Ignored }

// Line is a line of a function's output.
type Line struct {
	Step   string // the function's step, or its own name
	Stderr bool
	Text   string // without the line's end
}

// DeadLetters are the dead letters of a step that have one error in common.
type DeadLetters struct {
	Step     string `json:"step"`
	Error    string `json:"error"`
	Count    int    `json:"count"`
	Body     string `json:"body"` // of one of them
	QueueURL string `json:"queueUrl"`
}

// Endpoints are where a run's queues and functions can be reached.
type Endpoints struct {
	Endpoint    string              `json:"endpoint"`
	Region      string              `json:"region"`
	Queues      map[string]string   `json:"queues"`                // step -> URL
	DeadLetters map[string]string   `json:"deadLetterQueues"`      // step -> URL
	Functions   map[string]Function `json:"functions"`             // step, or generate -> function
	Order       []string            `json:"steps"`                 // in the order of the template
	Generate    string              `json:"generate,omitempty"`    // the name of the generate function
	DefaultStep string              `json:"defaultStep,omitempty"` // the step that the job begins with
	Template    string              `json:"template,omitempty"`    // its file; empty if it has none

	// NeedsEndpoint means that other star commands find the run only if they are
	// given its endpoint.
	NeedsEndpoint bool `json:"-"`
}

// Function is where a function can be reached: its name for Lambda's Invoke API,
// and its function URL, if it has one.
type Function struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}
