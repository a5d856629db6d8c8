package local

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"
)

// configuration is what Lambda tells of a function, as far as it means something
// here.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
type configuration struct {
	FunctionName, FunctionArn, Version string
	Runtime, Handler                   string `json:",omitempty"`
	Timeout, MemorySize                int    // seconds, MB
	PackageType                        string
}

// listFunctions is Lambda's ListFunctions, but that all functions that run here
// are on one page.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
func (s *Stack) listFunctions(w http.ResponseWriter, _ *http.Request) {
	all := []configuration{}
	for _, f := range s.functions {
		all = append(all, configuration{
			FunctionName: f.name, FunctionArn: lambdaARN(s.region, reference{name: f.name}), Version: latest,
			Runtime: f.code.runtime, Handler: f.handler,
			Timeout: int(f.timeout / time.Second), MemorySize: f.memory, PackageType: "Zip",
		})
	}
	slices.SortFunc(all, func(a, b configuration) int { return cmp.Compare(a.FunctionName, b.FunctionName) })
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"Functions": all}) // fails where the client is gone
}

// lambdaPath begins the paths of Lambda's API: with the date of its version. A
// queue's URL begins with an account.
var lambdaPath = regexp.MustCompile(`^/\d{4}-\d\d-\d\d/`)

// serveRest serves SQS, and says of all else in Lambda's API that it is not here.
func (s *Stack) serveRest(w http.ResponseWriter, r *http.Request) {
	if !lambdaPath.MatchString(r.URL.Path) {
		s.serveSQS(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	refused := apiError{
		status: http.StatusNotImplemented, kind: "NotImplemented",
		message: fmt.Sprintf("of Lambda's API, Invoke and ListFunctions are served here, and no %s %s", r.Method, r.URL.Path),
	}
	refused.answer(w)
}
