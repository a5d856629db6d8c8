package check

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// unevaluated explains why an intrinsic function is not allowed for a value.
const unevaluated = ", and StarJob runs before CloudFormation evaluates it"

// checker holds the input of the checks and collects their problems.
type checker struct {
	*cfn.Problems
	plan   *plan.Plan
	values cfn.Values
	found  diag.List // before these checks
}

func newChecker(p *plan.Plan, found diag.List) *checker {
	return &checker{cfn.NewProblems(p.Template, found), p, p.Values, found}
}

// at returns the path of the value for a key of a step or of Generate: in that part
// of the job, among the job's defaults, in the prototype, or in Globals. Without a
// value it returns the path of that part of the job.
func (c *checker) at(j *plan.Job, part cfn.Path, keys ...string) cfn.Path {
	if path := c.given(j, part, keys...); path != nil {
		return path
	}
	return part
}

// given returns the path at which the user sets a value; nil if it is not set.
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

// ofStep returns the path at which a key of a step is set.
func (c *checker) ofStep(s *plan.Step, keys ...string) cfn.Path {
	return c.at(s.Function.Job, s.Model.Path, keys...)
}

// ofFunction returns the path at which a property of a function is set.
func (c *checker) ofFunction(f *plan.Function, keys ...string) cfn.Path {
	var path [4]string // room for the longest path, to avoid an allocation
	return c.at(f.Job, f.Path, append(append(path[:0], "Function"), keys...)...)
}

// number returns the value of a numeric property. It returns false if the value is
// unknown or invalid; a value that is not a whole number or out of bounds is
// reported. It also checks the branches of an Fn::If.
func (c *checker) number(code diag.Code, path cfn.Path, n *cfn.Node, low, high int) (value int, ok bool) {
	for _, branch := range n.Choices() {
		c.number(code, path, branch, low, high)
	}
	known, _ := c.values.Resolve(n)
	text, scalar := known.AsScalar()
	if !scalar {
		return 0, false
	}
	fix := fmt.Sprintf("use a number from %d to %d", low, high)
	name := path[len(path)-1]
	switch value, ok = known.AsInt(); {
	case !ok:
		c.Error(diag.WrongType, path, fmt.Sprintf("%s is %q, not a whole number", name, text), fix)
	case value < low || value > high:
		c.Error(code, path, fmt.Sprintf("%s is %d (allowed: %d to %d)", name, value, low, high), fix)
		return 0, false
	}
	return value, ok
}
