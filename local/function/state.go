package function

// A State is the state of a function at a moment.
type State struct {
	Name string
	URL  string // the local function URL; empty if it has none

	ColdStarts, Invocations, Errors, Timeouts int

	Durations Distribution // of invocations, in milliseconds
	LastError string       // of an entire invocation that failed
	metrics   *metrics
}

// Metric returns what the function reported of a metric in CloudWatch's
// embedded metric format.
func (s State) Metric(namespace, name string) Distribution {
	if s.metrics == nil {
		return Distribution{}
	}
	return s.metrics.get(namespace, name)
}

// State returns the present state, without the URL.
func (f *Function) State() State {
	stats := f.runner.Stats()
	f.mu.Lock()
	defer f.mu.Unlock()
	return State{
		Name: f.Plan.Name, ColdStarts: stats.ColdStarts, Invocations: stats.Invocations, Errors: stats.Errors, Timeouts: stats.Timeouts,
		Durations: f.durations.clone(), LastError: f.lastError, metrics: &f.metrics,
	}
}
