package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// A load describes the requests to make, and how many have been generated.
type load struct {
	RPS      int64    `json:"rps"`      // requests per second
	Duration duration `json:"duration"` // of the entire run
	URL      string   `json:"url"`

	// A plan that continues another one gets the start of the run and the number of
	// requests that have been generated since.
	Start time.Time `json:"start,omitzero"`
	Sent  int64     `json:"sent,omitempty"`
}

// due returns how many requests are due after a part of the run. The n-th request is
// due n/RPS seconds after the start.
func (l load) due(elapsed time.Duration) int64 {
	elapsed = min(elapsed, time.Duration(l.Duration))
	seconds, rest := int64(elapsed/time.Second), int64(elapsed%time.Second)
	return l.RPS*seconds + l.RPS*rest/int64(time.Second)
}

// total returns the number of requests of the entire run.
func (l load) total() int64 { return l.due(time.Duration(l.Duration)) }

// check returns an error that lists everything that is wrong with a load.
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

// A duration is a string for time.ParseDuration, or a number of seconds.
type duration time.Duration

// MarshalJSON returns the duration as a string.
func (d duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON accepts a string or a number.
func (d *duration) UnmarshalJSON(text []byte) error {
	s, err := strconv.Unquote(string(text))
	if err != nil { // a number
		s = string(text) + "s"
	}
	parsed, err := time.ParseDuration(s)
	*d = duration(parsed)
	return err
}
