package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

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
