package lambda

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/serverless-star/starjob/local/arn"
)

// configuration is the part of a function's configuration that has a meaning locally.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
type configuration struct {
	FunctionName, FunctionArn, Version string
	Runtime, Handler                   string `json:",omitempty"`
	Timeout, MemorySize                int    // seconds, MB
	PackageType                        string
}

// ListFunctions serves Lambda's ListFunctions. All local functions are on one page.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
func (a *API) ListFunctions(w http.ResponseWriter, _ *http.Request) {
	all := []configuration{}
	for _, f := range a.functions {
		p := f.Plan
		all = append(all, configuration{
			FunctionName: p.Name, FunctionArn: arn.Function{Name: p.Name}.ARN(a.region), Version: arn.Latest,
			Runtime: p.Code.Runtime, Handler: p.Handler,
			Timeout: int(p.Timeout / time.Second), MemorySize: p.MemorySize, PackageType: "Zip",
		})
	}
	slices.SortFunc(all, func(x, y configuration) int { return cmp.Compare(x.FunctionName, y.FunctionName) })
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"Functions": all}) // fails if the client is gone
}

// apiPath matches the paths of Lambda's API, which begin with the date of its
// version. A queue's URL begins with an account.
var apiPath = regexp.MustCompile(`^/\d{4}-\d\d-\d\d/`)

// InAPI reports whether a path is one of Lambda's API.
func InAPI(path string) bool { return apiPath.MatchString(path) }

// NotImplemented refuses a request for an action of Lambda's API that is not
// supported locally.
func NotImplemented(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	refused := apiError{
		status: http.StatusNotImplemented, kind: "NotImplemented",
		message: fmt.Sprintf("%s %s is not supported: of Lambda's API, star run serves only Invoke and ListFunctions", r.Method, r.URL.Path),
	}
	refused.write(w)
}
