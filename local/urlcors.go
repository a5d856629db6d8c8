package local

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// cors is what a function's URL lets web pages from elsewhere do. Browsers keep
// to it; Lambda itself refuses nothing for its sake.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
type cors struct {
	origins                  []string
	methods, headers, expose string // as they are sent
	credentials              bool
	maxAge                   string // seconds; empty where the template says nothing
}

// answer says in a response's header what the origin of a request may do. What
// is configured takes precedence over what the function says. A nil cors says
// nothing.
func (c *cors) answer(h http.Header, r *http.Request) {
	if c == nil {
		return
	}
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	switch {
	case slices.Contains(c.origins, "*"):
		origin = "*"
	case !slices.Contains(c.origins, origin):
		return
	}
	setHeader(h, "Access-Control-Allow-Origin", origin)
	setHeader(h, "Access-Control-Expose-Headers", c.expose)
	if c.credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if r.Method == http.MethodOptions {
		setHeader(h, "Access-Control-Allow-Methods", c.methods)
		setHeader(h, "Access-Control-Allow-Headers", c.headers)
		setHeader(h, "Access-Control-Max-Age", c.maxAge)
	}
}

func setHeader(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// corsMethods are what AllowMethods may hold: Lambda answers OPTIONS by itself.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-url-cors.html
var corsMethods = []string{"GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"}

// readCORS reads a URL's Cors; nil where there is none.
func (s *scope) readCORS(p cfn.Path, n *cfn.Node) *cors {
	n = s.resolve(p, n)
	if n == nil {
		return nil
	}
	list := func(key string) []string {
		var texts []string
		for i, item := range s.items(p.Key(key), n.Get(key)) {
			if text, ok := s.text(p.Key(key).Index(i), item); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	c := &cors{
		origins: list("AllowOrigins"), headers: strings.Join(list("AllowHeaders"), ","), expose: strings.Join(list("ExposeHeaders"), ","),
		credentials: s.boolean(p.Key("AllowCredentials"), n.Get("AllowCredentials"), false),
	}
	methods := list("AllowMethods")
	for _, method := range methods {
		if !slices.Contains(corsMethods, method) {
			s.report(diag.LocalValue, p.Key("AllowMethods"), n.Get("AllowMethods"), "AllowMethods has "+method+", and Lambda takes "+strings.Join(corsMethods, ", "), "")
		}
	}
	c.methods = strings.Join(methods, ",")
	if age := n.Get("MaxAge"); age != nil {
		seconds, ok := s.integer(p.Key("MaxAge"), age)
		if ok && (seconds < 0 || seconds > 86_400) {
			s.report(diag.LocalValue, p.Key("MaxAge"), age, fmt.Sprintf("MaxAge %d is not between 0 and 86,400 seconds", seconds), "")
		}
		c.maxAge = strconv.Itoa(seconds)
	}
	return c
}
