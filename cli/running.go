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
)

// announce leaves a note of a run that stays up, where star send and star failed
// look for it, until withdraw is called. A machine without a cache folder has
// none: then --endpoint finds the run.
func announce(endpoint string) (withdraw func(), err error) {
	folder, err := notes()
	if err != nil {
		return func() {}, err
	}
	path := filepath.Join(folder, strconv.Itoa(os.Getpid()))
	err = errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(path, []byte(endpoint), 0o600))
	return func() { os.Remove(path) }, err
}

// notes is the folder of the notes of all runs.
func notes() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "starjob", "runs"), err
}

// running is a run that is up, seen from another process.
type running struct{ endpoint string }

// findRunning returns the run of an endpoint, or the only one that is up.
func findRunning(endpoint string) (running, error) {
	if endpoint != "" {
		if !strings.Contains(endpoint, "://") {
			endpoint = "http://" + endpoint
		}
		return running{strings.TrimSuffix(endpoint, "/")}, nil
	}
	var up, names []string
	if folder, err := notes(); err == nil {
		paths, _ := filepath.Glob(filepath.Join(folder, "*"))
		for _, path := range paths {
			note, err := os.ReadFile(path)
			if err != nil {
				continue // it ended meanwhile
			}
			var e endpoints
			if r := (running{string(note)}); r.ask(http.MethodGet, pathRun, nil, nil, &e) == nil {
				up = append(up, r.endpoint)
				names = append(names, fmt.Sprintf("\n  --endpoint %s  %s", r.endpoint, cmp.Or(e.Template, fromInput)))
			} else {
				os.Remove(path) // its run was killed
			}
		}
	}
	switch len(up) {
	case 0:
		return running{}, errors.New("no run is up: start one with star run --keep, or name it with --endpoint URL")
	case 1:
		return running{up[0]}, nil
	}
	return running{}, fmt.Errorf("%s are up; choose one with%s", count(len(up), "run"), strings.Join(names, ""))
}

// ask sends a request and decodes the answer.
func (r running) ask(method, path string, query url.Values, body []byte, into any) error {
	request, err := http.NewRequest(method, r.endpoint+path+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	client := http.Client{Timeout: time.Minute}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("there is no run at %s: %w", r.endpoint, errors.Unwrap(err)) // of the request, which says little
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return errors.New(strings.TrimSpace(string(text)))
	}
	return json.Unmarshal(text, into)
}
