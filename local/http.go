package local

import (
	"net"
	"net/http"
	"slices"

	"github.com/serverless-star/starjob/local/queue"
)

// handler serves SQS, and what Lambda has to offer, at one address.
func (s *Stack) handler() http.Handler {
	s.mux = http.NewServeMux()
	s.Handle("POST /2015-03-31/functions/{name}/invocations", http.HandlerFunc(s.serveInvoke))
	for _, pattern := range [...]string{"GET /2015-03-31/functions", "GET /2015-03-31/functions/{$}"} { // today's SDKs, and older ones
		s.Handle(pattern, http.HandlerFunc(s.listFunctions))
	}
	s.mux.HandleFunc(urlPrefix+"{name}/", s.serveURL)
	s.mux.HandleFunc("/", s.serveRest)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") == "" {
			s.mux.ServeHTTP(w, r)
			return
		}
		s.serveSQS(w, r)
	})
}

// serveSQS serves SQS, which is told what a function's request comes from.
func (s *Stack) serveSQS(w http.ResponseWriter, r *http.Request) {
	if trace := r.Header.Get("X-Amzn-Trace-Id"); trace != "" {
		r = r.WithContext(queue.WithTrace(r.Context(), trace))
	}
	s.service.ServeHTTP(w, r)
}

// Handle serves one more pattern, as of http.ServeMux, at the stack's endpoint:
// for programs of this machine, and not for what a web page makes a browser
// send.
func (s *Stack) Handle(pattern string, h http.Handler) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !fromHere(r):
			http.Error(w, "only programs of this machine are served here, and no web pages", http.StatusForbidden)
		case !s.up.Load():
			http.Error(w, "the functions are not there yet", http.StatusServiceUnavailable)
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// fromHere refuses what a browser sends for a page from elsewhere: it names the
// page's origin, or a host that was made to lead here.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return r.Header.Get("Origin") == "" && slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, host)
}
