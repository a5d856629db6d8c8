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

// runtimeAPI names the variable with the address of Lambda's Runtime API, or of a
// local replacement.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
const runtimeAPI = "AWS_LAMBDA_RUNTIME_API"

// Process is the environment and the output of a function's process.
type Process struct {
	Getenv         func(string) string
	Stdout, Stderr io.Writer // metrics, and logs
	// Usage is printed if the program is started outside Lambda.
	Usage string
}

// ThisProcess returns the running process.
func ThisProcess(usage string) Process { return Process{os.Getenv, os.Stdout, os.Stderr, usage} }

// Serve responds to Lambda's invocations with the Invoker that open returns. It
// returns only on an error, with the exit status. An error of open is reported on
// standard error and to Lambda.
func (p Process) Serve(open func(*slog.Logger) (Invoker, error)) int {
	api := p.Getenv(runtimeAPI)
	if api == "" {
		fmt.Fprintf(p.Stderr, "%s\n(%s is not set)\n", p.Usage, runtimeAPI)
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

// reportInit reports to Lambda why the program does not start. Lambda returns this
// error to the caller of the function.
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
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}} // the Runtime API is not behind a proxy
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("cannot report the error to Lambda: %w", err)
	}
	return response.Body.Close()
}
