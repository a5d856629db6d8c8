package sandbox

import "net/http"

// serveRegister takes an internal extension, such as the one that aws-lambda-go
// registers to be sent SIGTERM.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
func (p *process) serveRegister(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Lambda-Extension-Name") == "" {
		refuse(w, http.StatusForbidden, "Extension.InvalidExtensionName", "Empty extension name")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Extension-Identifier", NewRequestID())
	reply(w, http.StatusOK, p.runner.about)
}

// serveExtension blocks: no event is sent to extensions.
func (p *process) serveExtension(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-p.over:
	}
}
