package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// generateName ends the logical IDs and physical names of the generate
// function's resources, as a step's name ends those of the step's.
const generateName = "generate"

// pascal is a step's name as logical IDs have it: split at everything that is
// not a letter or digit, first letters raised, joined. It must never change: a
// changed logical ID deletes a queue with its messages.
func pascal(name string) string {
	var b strings.Builder
	words := strings.FieldsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	for _, w := range words {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}

// suffixed is a job's Name, which may be an intrinsic function, followed by a
// text.
func suffixed(name *cfn.Node, suffix string) *cfn.Node {
	if text, ok := name.AsScalar(); ok {
		return cfn.NewString(text + suffix)
	}
	if id, ok := name.AsRef(); ok {
		return cfn.Sub("${" + id + "}" + suffix)
	}
	call, argument, _ := name.Intrinsic()
	if text, ok := argument.AsString(); ok && call == "Fn::Sub" {
		return cfn.Sub(text + suffix)
	}
	return cfn.NewMap(cfn.E("Fn::Sub", cfn.NewList(
		cfn.NewString("${Name}"+suffix),
		cfn.NewMap(cfn.E("Name", name.Clone())),
	)))
}

// physical gives a resource its physical name, if the job has a Name and the
// user gives none.
func (p *plan) physical(properties *cfn.Node, key, suffix string) {
	if p.Name != nil {
		properties.Default(key, suffixed(p.Name, "-"+suffix))
	}
}
