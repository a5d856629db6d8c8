package local

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/lambda"
	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/protocol"
)

// serve serves SQS, and the supported part of Lambda, at one address. Queues and
// functions need not exist yet.
func (s *Stack) serve(port int) error {
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return fmt.Errorf("cannot serve SQS on port %d: %w; set another port with --port, or omit it to use any free port", port, err)
	}
	s.endpoint = "http://" + listener.Addr().String()
	s.service = queue.New(queue.Config{BaseURL: s.endpoint, Region: s.region, AccountID: arn.Account})
	s.api.Store(lambda.New(s.working, s.region, nil, nil, s.activity))
	s.server = &http.Server{Handler: s.handler()}
	s.serverDone.Go(func() { _ = s.server.Serve(listener) }) // ends with Close
	return nil
}

// handler routes requests: to SQS by a header field, to the rest by their paths.
func (s *Stack) handler() http.Handler {
	s.mux = http.NewServeMux()
	sqs := protocol.Handler(s.service)
	s.Handle("POST /2015-03-31/functions/{name}/invocations", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.api.Load().Invoke(w, r) }))
	for _, pattern := range [...]string{"GET /2015-03-31/functions", "GET /2015-03-31/functions/{$}"} { // today's SDKs, and older ones
		s.Handle(pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.api.Load().ListFunctions(w, r) }))
	}
	s.mux.HandleFunc(lambda.URLPrefix+"{name}/", func(w http.ResponseWriter, r *http.Request) { s.api.Load().ServeURL(w, r) })
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if lambda.InAPI(r.URL.Path) {
			lambda.NotImplemented(w, r)
			return
		}
		sqs.ServeHTTP(w, r)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") == "" {
			s.mux.ServeHTTP(w, r)
			return
		}
		sqs.ServeHTTP(w, r)
	})
}

// Handle serves one more pattern, as of [http.ServeMux], at the stack's endpoint.
// It is for local programs: requests that a web page makes a browser send are
// refused.
func (s *Stack) Handle(pattern string, h http.Handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !fromLocalProgram(r):
			http.Error(w, "requests from web pages and other machines are not allowed", http.StatusForbidden)
		case !s.up.Load():
			http.Error(w, "the functions are still starting", http.StatusServiceUnavailable)
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// fromLocalProgram reports whether a request is not one that a browser sends for a
// page of another origin: such a request has the page's origin, or a host name that
// was made to resolve to the local host.
func fromLocalProgram(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return r.Header.Get("Origin") == "" && slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, host)
}

// Endpoint returns the URL where SQS is served, as in http://127.0.0.1:9324.
func (s *Stack) Endpoint() string { return s.endpoint }

// Region returns the AWS region that the stack is in.
func (s *Stack) Region() string { return s.region }
