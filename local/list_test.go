//go:build unix

package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
)

func init() {
	programs["invokes"] = func() { lambda.Start(invokeOther) }
}

// invokeOther invokes the function that its event names, if there is a name, at the
// endpoint that SDKs find in the environment.
func invokeOther(other string) (string, error) {
	endpoint := os.Getenv("AWS_ENDPOINT_URL_LAMBDA")
	if other == "" {
		return "called", nil
	}
	answer, err := http.Post(endpoint+strings.Replace(invokePath, "Function", other, 1), "application/json", strings.NewReader(`""`))
	if err != nil {
		return endpoint, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

func TestFunctionsInvokeEachOther(t *testing.T) {
	t.Parallel()
	s := startTemplate(t, invokeTemplate, options(t, "invokes"), "Function", "Idle")
	if got, err := s.Invoke(t.Context(), "Function", []byte(`"Idle"`)); err != nil || string(got) != `"\"called\""` {
		t.Errorf("%s, %v", got, err)
	}
}

// TestFunctionsOfAnotherEndpoint: a replacement of AWS may have functions, too.
func TestFunctionsOfAnotherEndpoint(t *testing.T) {
	t.Parallel()
	o := options(t, "environment")
	o.Environment = map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
	s := startTemplate(t, invokeTemplate, o, "Function")
	got, err := s.Invoke(t.Context(), "Function", []byte("1"))
	var environment []string
	if err := errors.Join(err, json.Unmarshal(got, &environment)); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(environment, func(v string) bool { return strings.HasPrefix(v, "AWS_ENDPOINT_URL_LAMBDA=") }) {
		t.Error(environment)
	}
}

func TestListFunctions(t *testing.T) {
	t.Parallel()
	s := startTemplate(t, invokeTemplate, options(t, "echo"), "Stopped", "Function")
	one := func(name string) string {
		return fmt.Sprintf(`{"FunctionName":%q,"FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:%s","Version":"$LATEST","Runtime":"provided.al2023","Timeout":100,"MemorySize":128,"PackageType":"Zip"}`, name, name)
	}
	for _, path := range []string{"/2015-03-31/functions", "/2015-03-31/functions/?MaxItems=50"} { // of different SDKs
		r, body := call(t, s, "GET", path, "")
		if want := `{"Functions":[` + one("Function") + "," + one("Stopped") + "]}\n"; r.StatusCode != http.StatusOK || body != want {
			t.Errorf("%s %s", r.Status, body)
		}
	}
	const streaming = "/2021-11-15/functions/Function/response-streaming-invocations" // InvokeWithResponseStream
	if r, body := call(t, s, "POST", streaming, "{}"); r.StatusCode != http.StatusNotImplemented || r.Header.Get("X-Amzn-Errortype") != "NotImplemented" || !strings.Contains(body, "POST "+streaming+" is not supported") {
		t.Errorf("%s %s", r.Status, body)
	}
	for _, path := range []string{"/2015-03-31/functions/Function", "/2015-03-31/event-source-mappings/", "/2014-11-13/functions/Function/invoke-async/"} {
		r, body := call(t, s, "GET", path, "")
		if r.StatusCode != http.StatusNotImplemented || r.Header.Get("X-Amzn-Errortype") != "NotImplemented" || !strings.Contains(body, "GET "+path+" is not supported: of Lambda's API, star run serves only Invoke and ListFunctions") {
			t.Errorf("%s: %s %s", path, r.Status, body)
		}
	}
}
