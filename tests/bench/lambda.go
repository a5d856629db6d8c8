package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// function is a process behind its own Runtime API.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type function struct {
	process  *exec.Cmd
	server   *http.Server
	began    time.Time
	polls    chan time.Time
	events   chan []byte
	answers  chan []byte
	failures chan error
}

// startFunction starts a command as Lambda does.
func startFunction(command []string, env ...string) (*function, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &function{
		polls: make(chan time.Time, 1), events: make(chan []byte, 1), answers: make(chan []byte, 1), failures: make(chan error, 2),
	}
	f.server = &http.Server{Handler: f}
	go f.server.Serve(listener)
	f.process = exec.Command(command[0], command[1:]...)
	f.process.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "AWS_REGION=eu-west-1",
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=token",
		"AWS_LAMBDA_FUNCTION_NAME=bench", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
	}, env...)
	f.process.Stderr = os.Stderr
	f.began = time.Now()
	return f, f.process.Start()
}

// ServeHTTP implements the Runtime API.
func (f *function) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/invocation/next"):
		select {
		case f.polls <- time.Now():
		default: // only the first poll is measured
		}
		select {
		case event := <-f.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(15*time.Minute).UnixMilli()))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:bench")
			w.Write(event)
		case <-r.Context().Done():
		}
	case strings.HasSuffix(r.URL.Path, "/response"):
		body, err := io.ReadAll(r.Body)
		if err != nil {
			f.failures <- err
		}
		w.WriteHeader(http.StatusAccepted)
		f.answers <- body
	default:
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		f.failures <- fmt.Errorf("the function failed: %s: %s", r.URL.Path, body)
	}
}

// waitTimeout bounds the wait for a function that hangs.
const waitTimeout = 10 * time.Minute

// firstPoll returns the time until the first request of the process for work.
func (f *function) firstPoll() (time.Duration, error) {
	select {
	case at := <-f.polls:
		return at.Sub(f.began), nil
	case err := <-f.failures:
		return 0, err
	case <-time.After(waitTimeout):
		return 0, errors.New("the function does not request work")
	}
}

// invoke returns the response to an event and its duration.
func (f *function) invoke(event []byte) ([]byte, time.Duration, error) {
	began := time.Now()
	f.events <- event
	select {
	case answer := <-f.answers:
		return answer, time.Since(began), nil
	case err := <-f.failures:
		return nil, 0, err
	case <-time.After(waitTimeout):
		return nil, 0, errors.New("the function does not answer")
	}
}

// stop ends the process and returns the CPU time that it has used.
func (f *function) stop() time.Duration {
	f.process.Process.Kill() // its child processes end with it
	f.process.Wait()
	f.server.Close()
	state := f.process.ProcessState
	return state.UserTime() + state.SystemTime()
}
