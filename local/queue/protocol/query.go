package protocol

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/api"
	"github.com/serverless-star/starjob/local/queue/query"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// isQuery reports whether a request is of the Query protocol. A target of the JSON
// protocol takes precedence over the type of the body, which curl sets by
// default. Any other target is accepted: Amazon::SQS::Simple for Perl and
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
// is ignored.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
func serveQuery(queues *queue.Service, w http.ResponseWriter, r *http.Request) {
	id, status := queue.NewID(), http.StatusOK
	body, err := doQuery(queues, w, r, id)
	if err != nil {
		if r.Context().Err() != nil {
			return // the client has gone
		}
		e := sqserr.Of(err)
		status, body = e.Status(), query.Error(e.Fault(), e.QueryCode(), e.Message, id)
	}
	write(w, status, "text/xml", id, body)
}

// doQuery runs the action of a request, and responds with the request's ID.
func doQuery(queues *queue.Service, w http.ResponseWriter, r *http.Request, id string) ([]byte, error) {
	if fromPage(r) {
		return nil, sqserr.New(sqserr.AccessDenied, "Requests from web pages are not allowed.")
	}
	form, err := readForm(w, r)
	if err != nil {
		return nil, err
	}
	name := form.Get("Action")
	if name == "" {
		return nil, sqserr.New(sqserr.MissingAction, "The request must contain the parameter Action.")
	}
	do, err := api.Find(name)
	if err != nil {
		return nil, err
	}
	input, err := query.Request(name, form)
	if err != nil {
		return nil, sqserr.New(sqserr.InvalidParameterValue, "%v", err)
	}
	output, err := do(r.Context(), queues, api.Request{Body: input, Trace: trace(r)})
	if err != nil {
		return nil, err
	}
	return query.Response(name, output, id)
}

// fromPage reports whether a browser has sent a request for a web page. Forms are
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
		body, err := readBody(w, r)
		if err != nil {
			return nil, err
		}
		text = string(body) + "&" + text
	}
	// Go accepts no semicolon that is not escaped; curl's users write them.
	form, err := url.ParseQuery(strings.ReplaceAll(text, ";", "%3B"))
	if err != nil {
		return nil, sqserr.New(sqserr.MalformedQueryString, "The parameters could not be read: %v", err)
	}
	for _, values := range form {
		for _, value := range values {
			if !utf8.ValidString(value) {
				return nil, sqserr.New(sqserr.Serialization, "The request is not valid UTF-8.")
			}
		}
	}
	if path := strings.TrimSuffix(r.URL.Path, "/"); path != "" && !form.Has("QueueUrl") {
		form.Set("QueueUrl", path)
	}
	return form, nil
}
