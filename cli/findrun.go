package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/cli/display"
)

// running is a run that keeps running, seen from another process.
type running struct{ endpoint string }

// addEndpoint adds the flag that chooses a run.
func addEndpoint(c *cobra.Command, endpoint *string) {
	c.Flags().StringVar(endpoint, "endpoint", "", "`URL` of the run's endpoint (default: the only run)")
}

// findRunning returns the run of an endpoint or, if that is empty, the only one
// that has a note and responds.
func findRunning(endpoint string) (running, error) {
	if endpoint != "" {
		if !strings.Contains(endpoint, "://") {
			endpoint = "http://" + endpoint
		}
		return running{strings.TrimSuffix(endpoint, "/")}, nil
	}
	runs, flags := findNoted()
	switch len(runs) {
	case 0:
		return running{}, errors.New("no run found; start one with star run --keep, or set --endpoint URL")
	case 1:
		return runs[0], nil
	}
	return running{}, fmt.Errorf("%s found; choose one with%s", display.Count(len(runs), "run"), strings.Join(flags, ""))
}

// findNoted returns the runs that have a note and respond, each with the flag that
// chooses it on a separate line. Notes of other runs are removed: those runs were
// killed.
func findNoted() (runs []running, flags []string) {
	folder, err := notesFolder()
	if err != nil {
		return nil, nil
	}
	paths, _ := filepath.Glob(filepath.Join(folder, "*"))
	for _, path := range paths {
		note, err := os.ReadFile(path)
		if err != nil || len(note) == 0 {
			continue // the run has ended since, or is about to write its note
		}
		run := running{string(note)}
		var e display.Endpoints
		if run.ask(http.MethodGet, pathRun, nil, nil, &e) != nil {
			os.Remove(path)
			continue
		}
		runs = append(runs, run)
		flags = append(flags, fmt.Sprintf("\n  --endpoint %s  %s", run.endpoint, cmp.Or(e.Template, fromInput)))
	}
	return runs, flags
}

// leaveNote writes a note with the endpoint of this run for findRunning, until remove
// is called. Without a cache folder there is no note, and only --endpoint finds the
// run.
func leaveNote(endpoint string) (remove func(), err error) {
	folder, err := notesFolder()
	if err != nil {
		return func() {}, err
	}
	path := filepath.Join(folder, strconv.Itoa(os.Getpid()))
	err = errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(path, []byte(endpoint), 0o600))
	return func() { os.Remove(path) }, err
}

// notesFolder is the folder of the notes of all runs.
func notesFolder() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "starjob", "runs"), err
}

// ask sends a request to one of the run's control paths, and decodes the answer.
func (r running) ask(method, path string, query url.Values, body []byte, answer any) error {
	request, err := http.NewRequest(method, r.endpoint+path+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	client := http.Client{Timeout: time.Minute}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("no run at %s: %w", r.endpoint, errors.Unwrap(err)) // without the request, which does not help
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(strings.TrimSpace(string(data)))
	}
	return json.Unmarshal(data, answer)
}
