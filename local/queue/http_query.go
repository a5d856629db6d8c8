package queue

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/queue/query"
)

// isQuery tells whether a request is of the Query protocol. A target of the JSON
// protocol's goes before the type of the body, which is curl's own where the user
// says none. Another is no reason to refuse: Amazon::SQS::Simple for Perl and
// Ballerina's client send forms with a target of AmazonSQSv20121105.<action>.
// https://metacpan.org/dist/Amazon-SQS-Simple
func isQuery(r *http.Request) bool {
	if strings.HasPrefix(r.Header.Get("X-Amz-Target"), target) {
		return false
	}
	return isForm(r) || (r.Method == http.MethodGet || r.Method == http.MethodPost) && r.URL.Query().Has("Action")
}

func isForm(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// serveQuery answers in the Query protocol. Like signatures, a request's Version
// is not looked at.
func (s *Service) serveQuery(w http.ResponseWriter, r *http.Request) {
	id, status := newID(), http.StatusOK
	body, err := s.actQuery(w, r, id)
	if err != nil {
		if r.Context().Err() != nil {
			return // the client has gone
		}
		refusal := refusalOf(err)
		shape := refusal.shape()
		status, body = shape.status, query.Error(shape.fault(), shape.query, refusal.Message, id)
	}
	write(w, status, "text/xml", id, body)
}

// actQuery does what a request asks for, and answers under the request's ID.
func (s *Service) actQuery(w http.ResponseWriter, r *http.Request, id string) ([]byte, error) {
	if fromPage(r) {
		return nil, refuse(codeAccessDenied, "Only programs are served here, and no web pages.")
	}
	form, err := readForm(w, r)
	if err != nil {
		return nil, err
	}
	name := form.Get("Action")
	if name == "" {
		return nil, refuse(codeMissingAction, "The request must contain the parameter Action.")
	}
	do, err := actionOf(name)
	if err != nil {
		return nil, err
	}
	input, err := query.Request(name, form)
	if err != nil {
		return nil, refuse(codeInvalidParameter, "%v", err)
	}
	answer, err := do(s, r.Context(), input)
	if err != nil {
		return nil, err
	}
	if answer == (nothing{}) {
		return query.Response(name, nil, id)
	}
	output, err := encode(answer)
	if err != nil {
		return nil, err
	}
	return query.Response(name, output, id)
}

// fromPage tells whether a browser has sent a request for a web page. Forms are
// what browsers let any page send anywhere, unlike the JSON protocol's header.
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
func fromPage(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return r.Header.Get("Origin") != "" || site != "" && site != "none"
}

// readForm reads the parameters of the request's body and URL. A queue may be
// named by the path instead.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	text := r.URL.RawQuery
	if isForm(r) {
		body, err := read(w, r)
		if err != nil {
			return nil, err
		}
		text = string(body) + "&" + text
	}
	// Go takes no semicolon that is not escaped; curl's users write them.
	form, err := url.ParseQuery(strings.ReplaceAll(text, ";", "%3B"))
	if err != nil {
		return nil, refuse(codeMalformedQuery, "The parameters could not be read: %v", err)
	}
	for _, values := range form {
		for _, value := range values {
			if !utf8.ValidString(value) {
				return nil, refuse(codeSerialization, "The request is not valid UTF-8.")
			}
		}
	}
	if path := strings.TrimSuffix(r.URL.Path, "/"); path != "" && !form.Has("QueueUrl") {
		form.Set("QueueUrl", path)
	}
	return form, nil
}
