package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// runtimeAPI is where Lambda, or what stands in for it, hands out the events.
const runtimeAPI = "AWS_LAMBDA_RUNTIME_API"

// Process is what a function's process has of its own.
type Process struct {
	Getenv         func(string) string
	Stdout, Stderr io.Writer // metrics, and logs
	// ByHand is what a person reads who starts the program outside Lambda.
	ByHand string
}

// ThisProcess is the one that runs.
func ThisProcess(byHand string) Process { return Process{os.Getenv, os.Stdout, os.Stderr, byHand} }

// Serve answers Lambda's invocations with what open makes. It returns only if
// something is wrong, with the exit code; what open says is wrong is reported on
// standard error and to Lambda.
func (p Process) Serve(open func(*slog.Logger) (Invoker, error)) int {
	api := p.Getenv(runtimeAPI)
	if api == "" {
		fmt.Fprintf(p.Stderr, "%s\n(%s is not set)\n", p.ByHand, runtimeAPI)
		return 1
	}
	log := NewLog(p.Stderr, p.Getenv("AWS_LAMBDA_LOG_LEVEL"))
	handler, err := open(log)
	if err != nil {
		fmt.Fprintln(p.Stderr, err)
		if err := reportInit(api, err); err != nil {
			fmt.Fprintln(p.Stderr, err)
		}
		return 1
	}
	slog.SetDefault(log)
	lambda.StartWithOptions(handler)
	return 1
}

// reportInit tells Lambda why the program does not start, so that whoever
// invoked the function reads it.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-initerror
func reportInit(api string, fault error) error {
	const kind = "StarJob.Configuration"
	body, err := json.Marshal(map[string]any{
		"errorMessage": fault.Error(), "errorType": kind, "stackTrace": []string{},
	})
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, "http://"+api+"/2018-06-01/runtime/init/error", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Lambda-Runtime-Function-Error-Type", kind)
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}} // no proxy stands before Lambda
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("the error could not be reported to Lambda: %w", err)
	}
	return response.Body.Close()
}
