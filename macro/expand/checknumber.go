package expand

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// number returns the value of a number of AWS's, and false if it cannot be known
// or is reported: as what is no whole number, or as out of its bounds. It reports
// the branches of an Fn::If as well.
func (p *plan) number(code diag.Code, path cfn.Path, n *cfn.Node, low, high int) (value int, ok bool) {
	for _, branch := range n.Choices() {
		p.number(code, path, branch, low, high)
	}
	known := p.resolve(n)
	text, scalar := known.AsScalar()
	if !scalar {
		return 0, false
	}
	fix := fmt.Sprintf("write a number from %d to %s", low, thousands(high))
	name := path[len(path)-1]
	switch value, ok = known.AsInt(); {
	case !ok:
		p.report(diag.WrongType, path, fmt.Sprintf("%s is %q, which is no whole number that AWS takes", name, text), fix)
	case value < low || value > high:
		p.report(code, path, fmt.Sprintf("%s is %d", name, value), fix)
		return 0, false
	}
	return value, ok
}

// thousands writes a number below a million as people do.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// checkTimeout reports timeouts that Lambda refuses. Only functions of Managed
// Instances, which have a capacity provider, may run for 90 minutes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
func (p *plan) checkTimeout(f *function) {
	most := maxTimeout
	if f.effective.Has("CapacityProviderConfig") {
		most = maxManagedTimeout
	}
	p.number(diag.OutOfBounds, p.at(f.path, "Function", "Timeout"), f.effective.Get("Timeout"), 1, most)
}
