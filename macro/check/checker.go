package check

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// checker is what the checks need and where they report.
type checker struct {
	*cfn.Problems
	plan   *plan.Plan
	values cfn.Values
	found  diag.List // before these checks
}

func newChecker(p *plan.Plan, found diag.List) *checker {
	return &checker{cfn.NewProblems(p.Template, found), p, p.Values, found}
}

// at is where the value for a key of a step, or of Generate, is given: in that
// part of the job, among the job's defaults, in the prototype, or in Globals. For
// one that is given nowhere it is that part of the job.
func (c *checker) at(j *plan.Job, part cfn.Path, keys ...string) cfn.Path {
	if path := c.given(j, part, keys...); path != nil {
		return path
	}
	return part
}

// given is where the user gives a value; nil where nobody does.
func (c *checker) given(j *plan.Job, part cfn.Path, keys ...string) cfn.Path {
	for _, above := range []cfn.Path{part, j.Model.Path.Key("Properties")} {
		if c.plan.Template.Find(above).Find(keys) != nil {
			return above.Key(keys...)
		}
	}
	if keys[0] != "Function" || j.Model.Prototype == "" {
		return nil
	}
	keys = keys[1:]
	switch {
	case j.Model.PrototypeResource.Get("Properties").Find(keys) != nil:
		return cfn.Path{"Resources", j.Model.Prototype, "Properties"}.Key(keys...)
	case j.Globals.Find(keys) != nil:
		return cfn.Path{"Globals", "Function"}.Key(keys...)
	}
	return nil
}

// ofStep is where the value for a key of a step is given.
func (c *checker) ofStep(s *plan.Step, keys ...string) cfn.Path {
	return c.at(s.Function.Job, s.Model.Path, keys...)
}

// ofFunction is where the value of a function's property is given.
func (c *checker) ofFunction(f *plan.Function, keys ...string) cfn.Path {
	var path [4]string // room for the longest, which need not be allocated
	return c.at(f.Job, f.Path, append(append(path[:0], "Function"), keys...)...)
}

// number returns the value of a number of AWS's, and false if it cannot be known
// or is reported: as what is no whole number, or as out of its bounds. It reports
// the branches of an Fn::If as well.
func (c *checker) number(code diag.Code, path cfn.Path, n *cfn.Node, low, high int) (value int, ok bool) {
	for _, branch := range n.Choices() {
		c.number(code, path, branch, low, high)
	}
	known, _ := c.values.Resolve(n)
	text, scalar := known.AsScalar()
	if !scalar {
		return 0, false
	}
	fix := fmt.Sprintf("write a number from %d to %s", low, thousands(high))
	name := path[len(path)-1]
	switch value, ok = known.AsInt(); {
	case !ok:
		c.Error(diag.WrongType, path, fmt.Sprintf("%s is %q, which is no whole number that AWS takes", name, text), fix)
	case value < low || value > high:
		c.Error(code, path, fmt.Sprintf("%s is %d", name, value), fix)
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
