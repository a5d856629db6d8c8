package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// A load says how many requests to make, and how many have been generated.
type load struct {
	RPS      int64    `json:"rps"`      // requests per second
	Duration duration `json:"duration"` // of the whole run
	URL      string   `json:"url"`

	// A plan that goes on for another is told when the run began and how many
	// requests have been generated since.
	Start time.Time `json:"start,omitzero"`
	Sent  int64     `json:"sent,omitempty"`
}

// due is how many requests are due when a run has lasted for some time: the
// n-th is due n/RPS seconds after the start.
func (l load) due(elapsed time.Duration) int64 {
	elapsed = min(elapsed, time.Duration(l.Duration))
	seconds, rest := int64(elapsed/time.Second), int64(elapsed%time.Second)
	return l.RPS*seconds + l.RPS*rest/int64(time.Second)
}

// total is the number of requests of the whole run.
func (l load) total() int64 { return l.due(time.Duration(l.Duration)) }

// check names everything that is wrong with a load.
func (l load) check() error {
	var problems []error
	if l.RPS < 1 || l.RPS > 1_000_000 {
		problems = append(problems, fmt.Errorf("rps is %d: it must be from 1 to 1,000,000", l.RPS))
	}
	if l.Duration <= 0 {
		problems = append(problems, fmt.Errorf(`duration is %v: it must be positive, such as "90s" or 90`, time.Duration(l.Duration)))
	}
	if u, err := url.Parse(l.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		problems = append(problems, fmt.Errorf("url is %q: it must begin with http:// or https://", l.URL))
	}
	return errors.Join(problems...)
}

// A duration is written as a string that time.ParseDuration takes, or as a
// number of seconds.
type duration time.Duration

// MarshalJSON writes the string.
func (d duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON reads both.
func (d *duration) UnmarshalJSON(text []byte) error {
	s, err := strconv.Unquote(string(text))
	if err != nil { // a number
		s = string(text) + "s"
	}
	parsed, err := time.ParseDuration(s)
	*d = duration(parsed)
	return err
}
