package sqs

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// serve returns a client whose service responds with h.
func serve(t *testing.T, keys bool, h func(body string, w http.ResponseWriter, r *http.Request)) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		h(string(body), w, r)
	}))
	t.Cleanup(server.Close)
	variables := map[string]string{"AWS_ENDPOINT_URL_SQS": server.URL, "AWS_ENDPOINT_URL": "http://nowhere.invalid"}
	if keys {
		variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], variables["AWS_SESSION_TOKEN"] = "AKID", "secret", "token"
	}
	client, err := New(env(variables), 1)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// env reads variables from a map.
func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

const (
	sinkQueue = "https://sqs/1/sink"
	ownQueue  = "https://sqs/1/work"
)

func respond(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	io.WriteString(w, body) //nolint:errcheck // the test sees it
}

func TestChangeVisibilityMakesOneCall(t *testing.T) {
	t.Parallel()
	client := serve(t, true, func(body string, w http.ResponseWriter, r *http.Request) {
		const want, zero = `"VisibilityTimeout":7`, `"VisibilityTimeout":0` // SQS requires an explicit 0
		if r.Header.Get("X-Amz-Target") != "AmazonSQS.ChangeMessageVisibilityBatch" || !strings.Contains(body, want) || !strings.Contains(body, zero) || !strings.Contains(body, `"ReceiptHandle":"r1"`) {
			t.Errorf("sent %s", body)
		}
		respond(w, 200, `{"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","Code":"MessageNotInflight","SenderFault":true,"Message":"gone"}]}`)
	})
	err := client.ChangeVisibility(t.Context(), ownQueue, []VisibilityChange{{"r1", 7}, {"r2", 0}})
	if err == nil || !strings.Contains(err.Error(), "1 of 2 items: MessageNotInflight: gone") {
		t.Error(err)
	}
}

func TestNewRequiresARegion(t *testing.T) {
	t.Parallel()
	if _, err := New(env(nil), 1); err == nil || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Error(err)
	}
	for _, variables := range []map[string]string{
		{"AWS_REGION": "eu-west-1"}, {"AWS_DEFAULT_REGION": "eu-west-1"}, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
	} {
		if _, err := New(env(variables), 1); err != nil {
			t.Errorf("%v: %v", variables, err)
		}
	}
	client, err := New(env(map[string]string{"AWS_REGION": "us-gov-west-1", "AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}), 1)
	if err != nil {
		t.Fatal(err)
	}
	o := client.sdk.Options()
	if o.Region != "us-gov-west-1" || o.EndpointOptions.UseFIPSEndpoint == 0 || o.EndpointOptions.UseDualStackEndpoint == 0 {
		t.Errorf("%+v", o.EndpointOptions)
	}
}
