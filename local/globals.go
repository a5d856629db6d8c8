package local

import "github.com/serverless-star/starjob/macro/cfn"

// serverlessProperties are the properties of a serverless function, laid over
// those of Globals.
func (s *scope) serverlessProperties(r *cfn.Node) *cfn.Node {
	return cfn.Merge(cfn.FunctionGlobals(s.template, r), r.Get("Properties"))
}
