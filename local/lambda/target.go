package lambda

import (
	"slices"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/function"
)

// target finds the function that a request names in its path, and the qualifier
// that it names there or in its Qualifier.
func (a *API) target(reference, qualifier string) (*function.Function, string, *apiError) {
	r, ok := arn.ParseFunction(reference)
	switch {
	case !ok:
		return nil, "", invalidParameter(reference + " is not a function's name, ARN or partial ARN")
	case r.Qualifier != "" && qualifier != "" && r.Qualifier != qualifier:
		return nil, "", invalidParameter("The derived qualifier from the function name does not match the specified qualifier.")
	case r.Region != "" && r.Region != a.region:
		return nil, "", notFound("Functions from '" + r.Region + "' are not reachable in this region ('" + a.region + "')")
	}
	if r.Qualifier == "" {
		r.Qualifier = qualifier
	}
	name := r.ARN(a.region)
	f := a.functions[r.Name]
	switch {
	case r.Account != "" && r.Account != arn.Account, f == nil && a.plan.Function(r.Name) == nil:
		return nil, "", notFound("Function not found: " + name)
	case f == nil:
		return nil, "", notFound("Function not found: " + name + ": star run runs only functions of jobs and of event source mappings")
	case r.Qualifier != "" && r.Qualifier != arn.Latest && !slices.Contains(f.Plan.Qualifiers, r.Qualifier):
		return nil, "", notFound("Function not found: " + name)
	}
	return f, r.Qualifier, nil
}
