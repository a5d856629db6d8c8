package local

import "github.com/serverless-star/starjob/macro/cfn"

// serverlessProperties are the properties of a serverless function, laid over
// those of Globals that it does not ignore.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func (s *scope) serverlessProperties(r *cfn.Node) *cfn.Node {
	globals, ignored := s.template.At("Globals", "Function"), r.Get("IgnoreGlobals")
	if text, _ := ignored.AsString(); text == "*" {
		return r.Get("Properties")
	}
	if ignored != nil && ignored.Kind == cfn.List && globals != nil {
		globals = globals.Clone()
		for _, name := range ignored.Items {
			globals.Delete(name.Text)
		}
	}
	return cfn.Merge(globals, r.Get("Properties"))
}
