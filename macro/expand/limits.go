package expand

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Limits of what is deployed.
const (
	maxResources     = 500       // of a template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
	maxTemplateBytes = 1_000_000 // the same page says 1 MB
)

// limits reports what is too large in the result.
func (e *expansion) limits(placed []resource) {
	count := 0
	for _, r := range placed {
		count++
		if samRole(r) != "" {
			count++
		}
	}
	path := cfn.Path{"Resources"}
	if count > maxResources {
		e.report(diag.TooManyResources, path, fmt.Sprintf("the result has %d resources, and a stack has at most %d", count, maxResources), "a step comes to about six: move jobs or other resources to a stack of their own")
	}
	if size := cfn.JSONSize(e.template); size > maxTemplateBytes {
		e.report(diag.TemplateSize, path, fmt.Sprintf("the result has %d bytes, and a template has at most %d", size, maxTemplateBytes), "narrow what steps generate with Generates, or move jobs to a stack of their own")
	}
	for _, p := range e.plans {
		p.environmentSizes()
	}
	e.policySizes(placed)
}
